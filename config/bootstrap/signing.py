"""The key in KMS that signs the heads of the audit trail."""

from collections.abc import Iterator

from django.conf import settings

from config.bootstrap.things import Place, Thing, compared
from core import aws


def name(place: Place) -> str:
    """AUDIT_KMS_KEY, or an alias of our own."""
    said: str = settings.AUDIT_KMS_KEY
    return said or f"alias/{place.named('audit')}"


def things(place: Place) -> Iterator[Thing]:
    """
    A key of Ed25519 for signing, which cannot leave KMS, and an alias by which it is found.

    A key with another name than an alias is somebody's own, and is not made here.
    """
    kms, key = aws.client("kms"), name(place)
    if not key.startswith("alias/"):
        return
    yield Thing(
        kind="key",
        name=f"key {key}",
        look=compared(
            lambda: bool(kms.describe_key(KeyId=key)),
            absent=["NotFoundException"],
        ),
        create=lambda: _create(place, key),
        change=lambda: None,
    )


def _create(place: Place, alias: str) -> None:
    kms = aws.client("kms")
    made = kms.create_key(
        KeySpec="ECC_NIST_EDWARDS25519",
        KeyUsage="SIGN_VERIFY",
        Description="Signs the heads of Imprimatur's audit trail.",
        Tags=[{"TagKey": name, "TagValue": value} for name, value in place.tags.items()],
    )
    kms.create_alias(AliasName=alias, TargetKeyId=made["KeyMetadata"]["KeyId"])

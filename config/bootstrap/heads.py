"""The bucket for signed heads of the audit trail, which lets nobody remove them."""

from collections.abc import Iterator

from django.conf import settings

from config.bootstrap import bucket
from config.bootstrap.things import Place, Thing, compared
from core import aws


def name(place: Place) -> str:
    """HEADS_BUCKET, or a name that nobody else on AWS is likely to have."""
    said: str = settings.HEADS_BUCKET
    return said or f"{place.prefix}heads-{place.account}-{place.region}"


def things(place: Place) -> Iterator[Thing]:
    """
    The bucket, private and with Object Lock: in COMPLIANCE mode not even the account's root
    removes what is in it before its time. What is put in says its time itself.
    """
    s3, heads = aws.client("s3"), name(place)
    enabled = {"ObjectLockEnabled": "Enabled"}
    yield from bucket.private(place, heads, ObjectLockEnabledForBucket=True)
    yield Thing(
        kind="bucket",
        name=f"bucket {heads}: locks objects",
        look=compared(
            lambda: (
                s3.get_object_lock_configuration(Bucket=heads)["ObjectLockConfiguration"].get(
                    "ObjectLockEnabled"
                )
                == "Enabled"
            ),
            absent=["ObjectLockConfigurationNotFoundError", "NoSuchBucket"],
        ),
        create=lambda: s3.put_object_lock_configuration(
            Bucket=heads, ObjectLockConfiguration=enabled
        ),
        change=lambda: s3.put_object_lock_configuration(
            Bucket=heads, ObjectLockConfiguration=enabled
        ),
    )

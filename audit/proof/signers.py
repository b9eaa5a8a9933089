"""Who signs: Ed25519 with a key in a file on this machine, or with one that never leaves KMS."""

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
    load_pem_private_key,
)
from django.conf import settings

from core import aws

_ALGORITHM = "ED25519_SHA_512"  # KMS' name for Ed25519 as in RFC 8032


class NoSigningKey(Exception):
    """There is no key to sign with; the message says what to set."""


class Signer(Protocol):
    """A private key in use."""

    @property
    def public(self) -> bytes: ...

    def sign(self, data: bytes) -> bytes: ...


class FileSigner:
    """A private key in a PEM file (PKCS #8, as openssl writes it), read anew by each `signer()`."""

    def __init__(self, path: Path) -> None:
        """Raises NoSigningKey."""
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise NoSigningKey(f"No private key can be read from {path}.") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise NoSigningKey(f"The key in {path} is not one of Ed25519.")
        self._key = key

    @property
    def public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


class KmsSigner:
    """A key of KMS (KeySpec ECC_NIST_EDWARDS25519), by id, ARN or alias."""

    def __init__(self, key_id: str) -> None:
        self._key_id = key_id

    @property
    def public(self) -> bytes:
        """Raises NoSigningKey for a key of another kind, and what botocore raises."""
        return _public_in_kms(self._key_id)

    def sign(self, data: bytes) -> bytes:
        answer = aws.client("kms").sign(
            KeyId=self._key_id, Message=data, MessageType="RAW", SigningAlgorithm=_ALGORITHM
        )
        signature: bytes = answer["Signature"]
        return signature


@lru_cache(maxsize=8)
def _public_in_kms(key_id: str) -> bytes:
    der = aws.client("kms").get_public_key(KeyId=key_id)["PublicKey"]
    key = load_der_public_key(der)
    if not isinstance(key, Ed25519PublicKey):
        raise NoSigningKey(f"The key {key_id} in KMS is not one of Ed25519.")
    return key.public_bytes_raw()


def forget() -> None:
    """Ask KMS again for its public keys: an alias may have been given to another key."""
    _public_in_kms.cache_clear()


def signer() -> Signer:
    """The key that signs now. On this machine it is made when first needed. Raises NoSigningKey."""
    if settings.AUDIT_KMS_KEY:
        return KmsSigner(settings.AUDIT_KMS_KEY)
    if not settings.AUDIT_KEY_FILE:
        raise NoSigningKey(
            "Nothing says with which key the audit trail is signed: set AUDIT_KMS_KEY or"
            " AUDIT_KEY_FILE."
        )
    path = Path(settings.AUDIT_KEY_FILE)
    if settings.ON_THIS_MACHINE:
        make_key_file(path)
    return FileSigner(path)


def make_key_file(path: Path) -> bool:
    """A new key in a file that only its owner can read. False where there is a file already."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    # Linked into place when it is whole: nobody reads half a key, and of two makers one wins.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True

"""
Secrets and signatures of Standard Webhooks, and how secrets are kept.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from django.conf import settings

from core import vault

PREFIX = "whsec_"


def new_secret() -> str:
    """32 random bytes, as a receiver is told them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


@dataclass(frozen=True)
class Keeper:
    """Locks secrets for the database, under keys from SECRET_KEY that serve one purpose only."""

    purpose: str

    def locked(self, secret: str) -> str:
        """The secret as the database keeps it, each under a key of its own."""
        salt = str(uuid4())
        return f"{salt}:{vault.lock(self._key(salt), {'secret': secret})}"

    def unlocked(self, kept: str) -> str:
        """Raises vault.WrongKey after SECRET_KEY was changed."""
        salt, _, box = kept.partition(":")
        secret: str = vault.unlock(self._key(salt), box)["secret"]
        return secret

    def _key(self, salt: str) -> bytes:
        purpose = f"imprimatur {self.purpose}\0{salt}".encode()
        return hmac.new(settings.SECRET_KEY.encode(), purpose, sha256).digest()


def signed_headers(
    message_id: str, body: bytes, *, at: datetime, secrets_: Sequence[str]
) -> dict[str, str]:
    """The headers of a message: a signature with each of the secrets."""
    stamp = str(int(at.timestamp()))
    signatures = [_signature(secret, message_id, stamp, body) for secret in secrets_]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signatures),
    }


def _signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.digest(key, f"{message_id}.{stamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"

"""The secrets of streams, and the signatures made with them."""

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from django.conf import settings

from audit.proof import vault

PREFIX = "whsec_"  # as Standard Webhooks writes secrets
_PURPOSE = b"imprimatur stream secret\0"


def new_secret() -> str:
    """32 random bytes, as a receiver is told them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def locked(secret: str) -> str:
    """The secret as the database keeps it: under a key from SECRET_KEY, each of its own."""
    salt = str(uuid4())
    return f"{salt}:{vault.lock(_key(salt), {'secret': secret})}"


def unlocked(kept: str) -> str:
    """Raises vault.WrongKey after SECRET_KEY was changed."""
    salt, _, box = kept.partition(":")
    secret: str = vault.unlock(_key(salt), box)["secret"]
    return secret


def signed_headers(
    message_id: str, body: bytes, *, at: datetime, secrets_: Sequence[str]
) -> dict[str, str]:
    """The headers of Standard Webhooks: a signature with each of the secrets."""
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


def _key(salt: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), _PURPOSE + salt.encode(), sha256).digest()

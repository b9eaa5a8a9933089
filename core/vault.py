"""Boxes that open with one key only: AES-256-GCM with a commitment to the key."""

import base64
import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# Each box has a key of its own and is locked once, so the nonce has nothing to tell apart.
_NONCE = bytes(12)
# The trail's boxes were the first; the word stays, for boxes that are there open by it.
_COMMITMENT = b"imprimatur audit box commitment\0"
_COMMITTED = 32  # bytes


class WrongKey(Exception):
    """The box was locked with another key, or is not what was locked."""


def lock(key: bytes, values: Mapping[str, Any]) -> str:
    """
    The values under a box's key, in base64: a commitment to the key, then AES-256-GCM ciphertext.

    GCM alone does not commit: who locks a box could craft one that two keys open to two contents,
    and show each reader another one.
    """
    plain = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    locked = _commitment(key) + AESGCM(key).encrypt(_NONCE, plain.encode(), None)
    return base64.b64encode(locked).decode()


def unlock(key: bytes, box: str) -> dict[str, Any]:
    """The values in a box. Raises WrongKey."""
    locked = base64.b64decode(box)
    if not hmac.compare_digest(locked[:_COMMITTED], _commitment(key)):
        raise WrongKey("The box was not locked with this key.")
    try:
        plain = AESGCM(key).decrypt(_NONCE, locked[_COMMITTED:], None)
    except InvalidTag:
        raise WrongKey("The box does not open with this key.") from None
    values: dict[str, Any] = json.loads(plain)
    return values


def fits(key: bytes, box: str) -> bool:
    """Whether the box was locked with this key, by its commitment; what it holds stays in it."""
    # 44 characters of base64 are 33 bytes.
    committed = base64.b64decode(box[:44])[:_COMMITTED]
    return hmac.compare_digest(committed, _commitment(key))


def _commitment(key: bytes) -> bytes:
    return sha256(_COMMITMENT + key).digest()

"""
Boxes for what may have to be erased: the trail keeps ciphertext, which is hashed with the rest.

A person, and every free text, has a key. From it each entry gets a key of its own, so that one
entry's box can be opened for somebody without opening the others. Destroying the key erases what
all its boxes hold, and no hash changes.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# Each box has a key of its own and is locked once, so the nonce has nothing to tell apart.
_NONCE = bytes(12)
_PURPOSE = b"imprimatur audit box\0"


class WrongKey(Exception):
    """The box was locked with another key, or is not what was locked."""


def box_key(key: bytes, event_id: UUID) -> bytes:
    """The key of one entry's box: HMAC-SHA256 of the entry's event id under a person's key."""
    return hmac.digest(key, _PURPOSE + event_id.bytes, "sha256")


def lock(key: bytes, values: Mapping[str, Any]) -> str:
    """The values as AES-256-GCM ciphertext in base64, under a box's key."""
    plain = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return base64.b64encode(AESGCM(key).encrypt(_NONCE, plain.encode(), None)).decode()


def unlock(key: bytes, box: str) -> dict[str, Any]:
    """The values in a box. Raises WrongKey."""
    try:
        plain = AESGCM(key).decrypt(_NONCE, base64.b64decode(box), None)
    except InvalidTag:
        raise WrongKey("The box does not open with this key.") from None
    values: dict[str, Any] = json.loads(plain)
    return values

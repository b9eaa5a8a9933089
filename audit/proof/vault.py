"""
Boxes for what may have to be erased: the trail keeps ciphertext, which is hashed with the rest.

A person, and every free text, has a key. From it each entry gets a key of its own, so that one
entry's box can be opened for somebody without opening the others. Destroying the key erases what
all its boxes hold, and no hash changes.
"""

import hmac
from uuid import UUID

from core.vault import WrongKey as WrongKey
from core.vault import fits as fits
from core.vault import lock as lock
from core.vault import unlock as unlock

_PURPOSE = b"imprimatur audit box\0"


def box_key(key: bytes, event_id: UUID) -> bytes:
    """The key of one entry's box: HMAC-SHA256 of the entry's event id under a person's key."""
    return hmac.digest(key, _PURPOSE + event_id.bytes, "sha256")

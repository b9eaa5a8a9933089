"""
Signed notes (c2sp.org/signed-note) and the heads in them (c2sp.org/tlog-checkpoint).

A note is a text, an empty line, and signature lines: "— NAME base64(key id + signature)". Three
kinds are signed here, told apart by their second line: a head has a number there, the others
"manifest" or "key".
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_ED25519 = b"\x01"  # signed-note's number for it
_ID = 4  # bytes
_SIGNATURE = 64  # bytes


class BadNote(ValueError):
    """This is not a note, or not signed by that key."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name that it signs under."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID]

    def __str__(self) -> str:
        """As signed-note writes it: name+id+key."""
        key = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Raises BadNote."""
        try:
            name, key_id, encoded = text.split("+", 2)
            kind_and_key = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error) as error:
            raise BadNote("This is not a verifier key.") from error
        key = cls(name, kind_and_key[1:])
        if kind_and_key[:1] != _ED25519 or len(key.public) != 32 or key.id.hex() != key_id:
            raise BadNote("This is not a verifier key of Ed25519.")
        return key


@dataclass(frozen=True, slots=True)
class Head:
    """How many entries there were, and the root of the tree over them."""

    origin: str
    size: int
    root: bytes
    signed_at: datetime

    @property
    def text(self) -> str:
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\ntime {moment(self.signed_at)}\n"


def moment(at: datetime) -> str:
    """A time as the trail writes it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def manifest_text(origin: str, manifest: bytes, at: datetime) -> str:
    """What is signed to vouch for a manifest."""
    return f"{origin}\nmanifest\nsha256 {sha256(manifest).hexdigest()}\ntime {moment(at)}\n"


def introduction_text(origin: str, key: VerifierKey, at: datetime) -> str:
    """What one key signs to introduce the next."""
    return f"{origin}\nkey\n{key}\ntime {moment(at)}\n"


def signed(text: str, key: VerifierKey, signature: bytes) -> str:
    """The note: the text with its signature."""
    encoded = base64.b64encode(key.id + signature).decode()
    return f"{text}\n— {key.name} {encoded}\n"


def text_of(note: str, key: VerifierKey) -> str:
    """The text that this key signed. Raises BadNote."""
    text, gap, lines = note.rpartition("\n\n")
    text += "\n"
    for line in lines.splitlines() if gap else []:
        if _verifies(line, text, key):
            return text
    raise BadNote(f"The note is not signed by {key.name}+{key.id.hex()}.")


def _verifies(line: str, text: str, key: VerifierKey) -> bool:
    try:
        dash, name, encoded = line.split(" ")
        signature = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        return False
    if (dash, name, signature[:_ID]) != ("—", key.name, key.id):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature[_ID:], text.encode())
    except InvalidSignature:
        return False
    return len(signature) == _ID + _SIGNATURE

"""What somebody does who knows the trail well: records and tree are made to fit again."""

import base64
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.proof import merkle, notes
from audit.proof.notes import VerifierKey
from audit.services.checking.pyramids import Pyramid, pyramid, root
from audit.services.checking.stretches import BLOCK
from audit.services.drilling.scratch import Scratch

# From a head's text, and the note that stood there, to the note that is put there.
Sign = Callable[[str, str], str]


def rewrite(scratch: Scratch, sequence: int, **fields: Any) -> None:
    """Change what a record says, and its leaf with it."""
    body = {**scratch.record(sequence), **fields}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    scratch.do(
        "UPDATE pg_temp.audit_record SET body = %s, leaf = %s WHERE sequence = %s",
        text,
        merkle.leaf_hash(text.encode()),
        sequence,
    )


def grow_anew(scratch: Scratch) -> tuple[Pyramid, list[bytes]]:
    """Compute the nodes from the leaves again; return them, and the leaves that were copied."""
    nodes = scratch.ask(
        "SELECT hash FROM audit_node WHERE level = 8 AND index < %s ORDER BY index",
        scratch.since // BLOCK,
    )
    rows = scratch.ask(
        "SELECT leaf FROM audit_record WHERE sequence > %s ORDER BY sequence", scratch.since
    )
    leaves = [bytes(leaf) for (leaf,) in rows]
    blocks = [bytes(node) for (node,) in nodes]
    for start in range(0, len(leaves) - BLOCK + 1, BLOCK):
        blocks += pyramid(leaves[start : start + BLOCK])[-1]
    levels = pyramid(blocks)
    for level in range(0, len(levels), 8):
        for index, node in enumerate(levels[level]):
            scratch.do(
                "UPDATE pg_temp.audit_node SET hash = %s WHERE level = %s AND index = %s",
                node,
                level + 8,
                index,
            )
    return levels, leaves


def seal_anew(scratch: Scratch, sign: Sign) -> None:
    """Make every seal over the copied entries fit the tree as it is now."""
    levels, leaves = grow_anew(scratch)
    seals = "SELECT size, note FROM audit_seal WHERE size > %s ORDER BY size"
    for size, note in scratch.ask(seals, scratch.since):
        rest = leaves[size // BLOCK * BLOCK - scratch.since : size - scratch.since]
        new = root(levels, size // BLOCK, root(pyramid(rest), len(rest)) if rest else None)
        scratch.do(
            "UPDATE pg_temp.audit_seal SET root = %s, note = %s WHERE size = %s",
            new,
            sign(_with_root(note, new), note),
            size,
        )


def old_signature(text: str, note: str) -> str:
    """The signature of the note that stood there, under another text."""
    return text + "\n" + note.rpartition("\n\n")[2]


def signing(key: Ed25519PrivateKey, origin: str) -> tuple[Sign, VerifierKey]:
    """How to sign with this key, and its public half."""
    public = VerifierKey(origin, key.public_key().public_bytes_raw())
    return lambda text, _: notes.signed(text, public, key.sign(text.encode())), public


def _with_root(note: str, new: bytes) -> str:
    """The text of a head with another root."""
    lines = note.rpartition("\n\n")[0].split("\n")
    lines[2] = base64.b64encode(new).decode()
    return "\n".join(lines) + "\n"

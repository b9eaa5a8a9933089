"""Signed heads, those kept here and those that left the building, against the tree of today."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.backends.utils import CursorWrapper

from audit.proof import notes
from audit.proof.notes import BadNote, Head, VerifierKey
from audit.services.checking import questions
from audit.services.checking.findings import Verification
from audit.services.checking.heads import Tree


@dataclass(frozen=True, slots=True)
class Signed:
    """A seal as it is kept: two columns, and the note that says the same under a signature."""

    size: int
    root: bytes
    note: str


def read(cursor: CursorWrapper) -> list[Signed]:
    cursor.execute(questions.SEALS)
    return [Signed(size, bytes(root), note) for size, root, note in cursor.fetchall()]


def known_keys(cursor: CursorWrapper, seen: Verification) -> list[VerifierKey]:
    """
    The keys that may have signed: the first, and those introduced by one of these or on record.

    A key that came without introduction, after a loss, is on record in the trail itself.
    """
    cursor.execute(questions.SEALING_KEYS)
    known: list[VerifierKey] = []
    for vkey, introduction, is_on_record in cursor.fetchall():
        try:
            key = VerifierKey.parse(vkey)
        except BadNote:
            seen.note("signatures", f"“{vkey}” is no key.")
            continue
        if not known or _introduces(introduction, key, known) or is_on_record:
            known.append(key)
        else:
            seen.note("signatures", f"Nobody introduced the key {key.id.hex()}.")
    return known


def compare(
    signed: Sequence[Signed],
    tree: Tree,
    keys: Sequence[VerifierKey],
    since: int,
    seen: Verification,
) -> list[Head]:
    """Say which seals are not signed, or not over what is there. Return the heads that are."""
    heads = []
    for seal in signed:
        seen.seals += 1
        head = head_in(seal.note, keys)
        if head is None:
            said = f"The seal over {seal.size} entries is not signed with a known key."
            seen.note("signatures", said, seal.size)
        elif (head.size, head.root) != (seal.size, seal.root):
            said = f"The seal over {seal.size} entries says something else than its signed note."
            seen.note("seals", said, seal.size)
        else:
            heads.append(head)
        if seal.size > since and tree.root(seal.size) != seal.root:
            said = f"The first {seal.size} entries are not those that were sealed."
            seen.note("seals", said, seal.size)
    seen.sealed = max((head.size for head in heads), default=0)
    return heads


def compare_outside(
    outside: Sequence[Head | None], kept: Iterable[Head], tree: Tree, seen: Verification
) -> None:
    """Say which heads that left the building this trail contradicts, or keeps no more."""
    roots = {head.size: head.root for head in kept}
    for head in outside:
        seen.heads += 1
        if head is None:
            seen.note("heads", "A head from outside is not signed with a known key.")
        elif head.size > seen.size:
            said = f"There were {head.size} entries once, and now there are {seen.size}."
            seen.note("heads", said, seen.size + 1)
        elif (tree.root(head.size) or roots.get(head.size)) != head.root:
            said = (
                f"The first {head.size} entries are not those of the head that left the building."
            )
            seen.note("heads", said, head.size)
        elif head.size not in roots:
            said = f"The seal over {head.size} entries left the building and is not kept here."
            seen.note("heads", said, head.size)


def compare_times(
    cursor: CursorWrapper, heads: Sequence[Head], since: int, seen: Verification
) -> None:
    """Say what was recorded before the head before it was signed, or after the first over it."""
    sizes = [head.size for head in heads]
    times = [head.signed_at for head in heads]
    cursor.execute(questions.TIMES, [sizes, times, since])
    for (number,) in cursor.fetchall():
        said = "The time at which it was recorded does not fit the seals around it."
        seen.note("times", said, number)


def head_in(note: str, keys: Iterable[VerifierKey]) -> Head | None:
    """The head in a note that one of these keys signed."""
    for key in keys:
        try:
            return _parsed(notes.text_of(note, key))
        except BadNote:
            continue
    return None


def _introduces(introduction: str, key: VerifierKey, known: Iterable[VerifierKey]) -> bool:
    for earlier in known:
        try:
            lines = notes.text_of(introduction, earlier).split("\n")
        except BadNote:
            continue
        if lines[1:3] == ["key", str(key)]:
            return True
    return False


def _parsed(text: str) -> Head:
    """The head in a text that was signed. Raises BadNote."""
    try:
        origin, size, root, time = text.split("\n")[:4]
        at = datetime.fromisoformat(time.removeprefix("time "))
        return Head(origin, int(size), base64.b64decode(root, validate=True), at)
    except ValueError as error:
        raise BadNote("What was signed is no head.") from error

"""Erased keys, against the erasures that the trail tells of."""

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

from audit.services.checking import questions
from audit.services.checking.findings import Verification


def compare(cursor: CursorWrapper, unread: Sequence[int], seen: Verification) -> None:
    """Say which keys were destroyed without an erasure, and which came back after one."""
    cursor.execute(questions.ODD_KEYS)
    for (name,) in cursor.fetchall():
        seen.note("erasures", f"The key {name} is neither whole nor erased.")
    cursor.execute(questions.UNEXPLAINED, [list(unread)])
    for (name,) in cursor.fetchall():
        said = f"The key {name} was destroyed, but no erasure is on record."
        seen.note("erasures", said)
    cursor.execute(questions.RETURNED, [list(unread)])
    for number, name in cursor.fetchall():
        seen.note("erasures", f"The key {name} is back, although it was erased.", number)

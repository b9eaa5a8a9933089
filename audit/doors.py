"""
The few changes of the trail that are allowed, and the functions of the database that make them.

Tables of the trail refuse every change but those of these functions, whoever asks. They belong to
the owner of the tables and act with its rights (SECURITY DEFINER); the application may call them.
"""

from collections.abc import Iterable

from django.db import connection

# What the application's role may execute.
FUNCTIONS = (
    "audit_drop_changes(bigint[])",
    "audit_destroy_keys(text[])",
    "audit_remove_archived(bigint, bigint)",
    "audit_forget_words(text[])",
    "audit_redact(text)",
    "audit_hold_on_key(text)",
    "audit_hold_between(bigint, bigint)",
)


def drop_changes(ids: Iterable[int]) -> int:
    """
    Remove captured changes that are in the trail now; return how many there were.

    Works only between writing the records of a batch and the batch's own row.
    """
    return int(_ask("SELECT audit_drop_changes(%s::bigint[])", list(ids)) or 0)


def destroy_keys(names: Iterable[str]) -> int:
    """
    Destroy the keys "person:ID" and "text:EVENT", and the names of these people.

    A key that does not exist yet never will. Returns how many were not destroyed before. Raises
    IntegrityError where a legal hold forbids it: ask `holds.ensure_not_held` first.
    """
    return int(_ask("SELECT audit_destroy_keys(%s::text[])", list(names)) or 0)


def forget_words(names: Iterable[str]) -> int:
    """
    Let the texts of these keys be found by none of their words; return how many there were.

    Passes over keys that are not destroyed.
    """
    return int(_ask("SELECT audit_forget_words(%s::text[])", list(names)) or 0)


def redact(pattern: str) -> int:
    """
    Take out what matches from changes that wait to be sealed, and from the reasons of holds.

    Works only in a transaction in which keys were destroyed.
    """
    return int(_ask("SELECT audit_redact(%s)", pattern) or 0)


def remove_archived(first: int, last: int) -> int:
    """
    Empty the bodies of a segment's records and remove its entries; return how many bodies.

    Raises IntegrityError under a legal hold, DataError where there is no such segment.
    """
    return int(_ask("SELECT audit_remove_archived(%s, %s)", first, last) or 0)


def hold_on_key(name: str) -> int | None:
    """The number of the legal hold that forbids to destroy this key."""
    return _ask("SELECT audit_hold_on_key(%s)", name)


def hold_between(first: int, last: int) -> int | None:
    """The number of a legal hold on anything in these entries."""
    return _ask("SELECT audit_hold_between(%s, %s)", first, last)


def _ask(question: str, *arguments: int | str | list[int] | list[str]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(question, arguments)
        answer: int | None = cursor.fetchone()[0]
    return answer

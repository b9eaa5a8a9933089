"""Word to other processes by NOTIFY, at no cost to the transaction that it is about."""

from functools import partial

from django.db import connection, transaction


def notify_after_commit(channel: str, payload: str = "") -> None:
    """
    Wake whoever listens once the transaction at work has committed; at once where there is none.

    Transactions that notify commit one after the other, each waiting until the one before is on
    disk (PostgreSQL takes a lock over all databases, to keep notices in order). A notice by itself
    has nothing to write and holds that lock for no time. A process that is killed between the two
    wakes nobody, so whoever listens also looks by itself from time to time.
    """
    if not any(_says(hook, channel, payload) for _, hook, *_ in connection.run_on_commit):
        transaction.on_commit(partial(_notify, channel, payload), robust=True)


def _says(hook: object, channel: str, payload: str) -> bool:
    """Whether this will be said already."""
    return isinstance(hook, partial) and hook.func is _notify and hook.args == (channel, payload)


def _notify(channel: str, payload: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])

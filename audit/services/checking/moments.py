"""Several sessions of the database that see the trail as it was at one moment."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue
from typing import TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class Moment:
    """Cursors that see the same, and as many threads to use them."""

    def __init__(self, cursors: list[CursorWrapper]) -> None:
        self.cursor = cursors[0]
        self._count = len(cursors)
        self._free: SimpleQueue[CursorWrapper] = SimpleQueue()
        for cursor in cursors:
            self._free.put(cursor)

    def each(
        self, ask: Callable[[CursorWrapper, Asked], Answer], questions: Iterable[Asked]
    ) -> list[Answer]:
        """The answers to these questions, in their order, as many at once as there are cursors."""
        if self._count == 1:
            return [ask(self.cursor, question) for question in questions]

        def asked(question: Asked) -> Answer:
            cursor = self._free.get()
            try:
                return ask(cursor, question)
            finally:
                self._free.put(cursor)

        with ThreadPoolExecutor(self._count) as threads:
            return list(threads.map(asked, questions))


@contextmanager
def one_moment(connection: BaseDatabaseWrapper, workers: int) -> Iterator[Moment]:
    """
    Read what is there now, and nothing that comes later; or go on in a transaction under way.

    No session gets a transaction id, so nobody who waits for transactions to end waits for these.
    """
    with ExitStack() as stack:
        first = stack.enter_context(connection.cursor())
        if connection.in_atomic_block or not connection.get_autocommit():
            yield Moment([first])
            return
        stack.callback(first.execute, "ROLLBACK")
        first.execute(_BEGIN)
        first.execute("SELECT pg_export_snapshot()" if workers > 1 else "SELECT ''")
        (snapshot,) = first.fetchone()
        others = [_other(connection, snapshot, stack) for _ in range(workers - 1)]
        yield Moment([first, *others])


def _other(connection: BaseDatabaseWrapper, snapshot: str, stack: ExitStack) -> CursorWrapper:
    other = connection.copy()
    stack.callback(other.close)
    cursor: CursorWrapper = stack.enter_context(other.cursor())
    cursor.execute(_BEGIN)
    cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
    return cursor

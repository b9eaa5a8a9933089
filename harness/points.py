"""
Every commit and every call to the outside of this process, as points at which it can be killed.

Hooks in Django, in botocore's HTTP session and around mails: the product knows nothing of it.
"""

import os
import re
import signal
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

ROOT = str(Path(__file__).resolve().parent.parent) + os.sep
_WRITES = re.compile(
    r"(INSERT INTO|(?<!KEY )(?<!FOR )UPDATE|DELETE FROM)\s+\"?([a-z_]+)", re.IGNORECASE
)
HARNESS = "the harness"
OFTEN = 8  # passings of one point; idle polls come as often as one likes
_PASSED_OVER = ("harness", "core", "tests", "manage.py")


class Points:
    """
    Counts the points that are passed; dies before or after the one that is `fatal`.

    A point is known by its name and how often it was passed before: (name, number).
    """

    def __init__(self, fatal=None, side="before"):
        self.fatal = fatal
        self.side = side
        self.passed = []
        self.on = False
        self.written = []
        self.counts = Counter()

    @contextmanager
    def at(self, label):
        if not self.on:
            yield
            return
        name = f"{label}, in {_place()}"
        if name.endswith(HARNESS) or self.counts[name] >= OFTEN:
            yield
            return
        point = [name, self.counts[name]]
        self.counts[name] += 1
        self.passed.append(point)
        self._perhaps_die(point, "before")
        yield
        self._perhaps_die(point, "after")

    def _perhaps_die(self, point, side):
        if point == self.fatal and side == self.side:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self):
        """Put the hooks in, in this process only."""
        self._hook_commits()
        self._hook_statements()
        self._hook_mails()
        self._hook_aws()

    def _hook_commits(self):
        from django.db.backends.base.base import BaseDatabaseWrapper

        commit, points = BaseDatabaseWrapper._commit, self

        def committed(wrapper):
            written, points.written = points.written, []
            if not written:
                return commit(wrapper)
            with points.at(f"commit of {_tables(written)}"):
                return commit(wrapper)

        BaseDatabaseWrapper._commit = committed

    def _hook_statements(self):
        from django.db.backends.utils import CursorWrapper

        points = self

        def hooked(execute):
            def run(cursor, sql, params=None):
                found = _WRITES.findall(sql) if isinstance(sql, str) else []
                if not found:
                    return execute(cursor, sql, params)
                if cursor.db.in_atomic_block:
                    points.written += found
                    return execute(cursor, sql, params)
                # Outside a transaction a statement is its own commit.
                with points.at(f"statement on {_tables(found)}"):
                    return execute(cursor, sql, params)

            return run

        CursorWrapper.execute = hooked(CursorWrapper.execute)
        CursorWrapper.executemany = hooked(CursorWrapper.executemany)

    def _hook_mails(self):
        from django.core.mail import EmailMessage

        send, points = EmailMessage.send, self

        def sent(message, *arguments, **options):
            with points.at("mail"):
                return send(message, *arguments, **options)

        EmailMessage.send = sent

    def _hook_aws(self):
        if "AWS_ENDPOINT_URL" not in os.environ:
            return
        from botocore.httpsession import URLLib3Session

        send, points = URLLib3Session.send, self

        def sent(session, request):
            target = request.headers.get("X-Amz-Target", b"")
            target = target.decode() if isinstance(target, bytes) else str(target)
            with points.at(f"call of {target.rpartition('.')[2] or request.method}"):
                return send(session, request)

        URLLib3Session.send = sent


def _tables(found):
    return ", ".join(dict.fromkeys(table for _, table in found))


def _place():
    """The innermost function of an app on the stack."""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(ROOT) and "site-packages" not in path and ".venv" not in path:
            name = path.removeprefix(ROOT)
            if not name.startswith(_PASSED_OVER):
                return f"{name} {frame.f_code.co_name}"
        frame = frame.f_back
    return HARNESS

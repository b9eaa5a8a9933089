"""
Starts the tests' PostgreSQL before Django reads its settings, and stops it after the last test.

A pytest plugin (`-p tests.postgres`): conftest.py is too late. With several pytest workers the
first process starts the server and the others find its address in the environment.
"""

import atexit
import os
from pathlib import Path

from config.postgres import InUse, Server

VAR = Path(__file__).resolve().parent.parent / "var"
# Test data may die with the machine; waiting for the disk would only cost time.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def _start(number=1):
    """A server of our own: a second test run in the same checkout takes the next folder."""
    server = Server(VAR / f"test-postgres-{number}", CARELESS)
    try:
        with (VAR / f"test-postgres-{number}.log").open("ab") as log:
            address = server.start(output=log)
    except InUse:
        return _start(number + 1)
    atexit.register(server.stop)
    return address


if "TEST_DATABASE_URL" not in os.environ:
    VAR.mkdir(exist_ok=True)
    os.environ["TEST_DATABASE_URL"] = _start()
os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
os.environ.setdefault("VAR_DIR", str(VAR / "test"))

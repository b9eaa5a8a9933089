"""
Starts the tests' PostgreSQL before Django reads its settings.

A pytest plugin (`-p tests.postgres`): conftest.py is too late. With several pytest workers the
first process starts the server and the others find its address in the environment.
"""

import os
from pathlib import Path

import psycopg2

from config import postgres

ROOT = Path(__file__).resolve().parent.parent


def _start():
    uri = postgres.start(ROOT / "var" / "test-postgres")
    connection = psycopg2.connect(uri)
    connection.autocommit = True
    with connection.cursor() as cursor:
        # Test data may die with the machine; waiting for the disk would only cost time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"ALTER SYSTEM SET {setting} = off")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()
    return uri


if "TEST_DATABASE_URL" not in os.environ:
    os.environ["TEST_DATABASE_URL"] = _start()
os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
os.environ.setdefault("VAR_DIR", str(ROOT / "var" / "test"))

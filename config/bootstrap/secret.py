"""The secret with the database's credentials, in the shape that RDS writes."""

import json
from collections.abc import Iterator

from django.conf import settings

from config.bootstrap.things import Place, Thing, compared
from config.env import env, setting
from core import aws


class NoDatabase(Exception):
    """There are no credentials to keep; the message says where they are looked for."""


def name(place: Place) -> str:
    """DATABASE_SECRET, or a name of our own."""
    said: str = settings.DATABASE_SECRET
    return said or place.named("database")


def owner_name(place: Place) -> str:
    """DATABASE_OWNER_SECRET, or a name of our own; empty where nobody speaks of an owner."""
    said: str = settings.DATABASE_OWNER_SECRET
    return said or (place.named("database-owner") if setting("DATABASE_OWNER_URL") else "")


def things(place: Place) -> Iterator[Thing]:
    """The secrets. What is in them is never read here, and never overwritten."""
    words = "How Imprimatur signs in to its database."
    yield _secret(place, name(place), "DATABASE_URL", words)
    if owner := owner_name(place):
        words = "How Imprimatur migrates: the owner of its tables."
        yield _secret(place, owner, "DATABASE_OWNER_URL", words)


def _secret(place: Place, secret: str, source: str, words: str) -> Thing:
    secrets = aws.client("secretsmanager")
    return Thing(
        kind="secret",
        name=f"secret {secret}",
        look=compared(
            lambda: bool(secrets.describe_secret(SecretId=secret)),
            absent=["ResourceNotFoundException"],
        ),
        create=lambda: secrets.create_secret(
            Name=secret,
            Description=words,
            SecretString=json.dumps(_credentials(source)),
            Tags=place.tag_list,
        ),
        change=lambda: None,
    )


def _credentials(source: str) -> dict[str, str | int]:
    url = setting(source)
    if not url:
        raise NoDatabase(
            f"Set {source} (or {source}_FILE) to what the new secret is to hold,"
            f" or {source.replace('URL', 'SECRET')} to one that is there."
        )
    said = env.db_url_config(url)
    return {
        "engine": "postgres",
        "username": said["USER"],
        "password": said["PASSWORD"],
        "host": said["HOST"] or said.get("OPTIONS", {}).get("host", ""),
        "port": int(said["PORT"] or 5432),
        "dbname": said["NAME"],
    }

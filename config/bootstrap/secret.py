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


def things(place: Place) -> Iterator[Thing]:
    """One secret. What is in it is never read here, and never overwritten."""
    secrets, secret = aws.client("secretsmanager"), name(place)
    yield Thing(
        kind="secret",
        name=f"secret {secret}",
        look=compared(
            lambda: bool(secrets.describe_secret(SecretId=secret)),
            absent=["ResourceNotFoundException"],
        ),
        create=lambda: secrets.create_secret(
            Name=secret,
            Description="How Imprimatur signs in to its database.",
            SecretString=json.dumps(_credentials()),
            Tags=place.tag_list,
        ),
        change=lambda: None,
    )


def _credentials() -> dict[str, str | int]:
    url = setting("DATABASE_URL")
    if not url:
        raise NoDatabase(
            "Set DATABASE_URL (or DATABASE_URL_FILE) to what the new secret is to hold,"
            " or DATABASE_SECRET to one that is there."
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

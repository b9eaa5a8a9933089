"""A secret's database credentials, kept for as long as the server takes them."""

import json
import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.db import OperationalError

from core import aws

logger = logging.getLogger(__name__)

# While the server refuses everybody, as one that restarts does, ask no more often than this.
PAUSE = 5.0  # seconds

_SHAPE = {
    "USER": "username",
    "PASSWORD": "password",
    "HOST": "host",
    "PORT": "port",
    "NAME": "dbname",
}
_known: dict[str, dict[str, str]] = {}
_asked_at: dict[str, float] = {}
_lock = threading.Lock()


def of(secret: str) -> Mapping[str, str]:
    """
    The credentials under Django's names: what is known, else what Secrets Manager says.

    Raises OperationalError when neither is to be had.
    """
    with _lock:
        return _known.get(secret) or _asked(secret)


def changed(secret: str, used: Mapping[str, Any]) -> bool:
    """
    Does the secret hold other credentials than those just used in vain?

    Asks Secrets Manager at most once in PAUSE; if that cannot be asked, what is known stays.
    """
    with _lock:
        if _differ(_known.get(secret, {}), used):
            return True
        if time.monotonic() - _asked_at.get(secret, -PAUSE) < PAUSE:
            return False
        try:
            return _differ(_asked(secret), used)
        except OperationalError as error:
            logger.warning("Keeping the database's credentials: %s", error)
            return False


def forget() -> None:
    """Ask anew next time."""
    with _lock:
        _known.clear()
        _asked_at.clear()


def _differ(known: Mapping[str, str], used: Mapping[str, Any]) -> bool:
    return any(known.get(name) != used.get(name) for name in _SHAPE)


def _asked(secret: str) -> dict[str, str]:
    _asked_at[secret] = time.monotonic()
    try:
        answer = aws.client("secretsmanager").get_secret_value(SecretId=secret)
        said = json.loads(answer["SecretString"])
        _known[secret] = {name: str(said.get(key, "")) for name, key in _SHAPE.items()}
    except (BotoCoreError, ClientError) as error:
        raise OperationalError(f"The secret {secret} cannot be read: {error}") from error
    except (KeyError, ValueError, AttributeError):
        # Not the error itself: it could quote what is secret.
        raise OperationalError(f"The secret {secret} is not of the shape RDS writes.") from None
    return _known[secret]

"""
Task tokens: long, unguessable, and kept by their digest only.

A token names its execution, so that an answer finds the row without a table of tokens, and
carries a signature, so that a token from a state long left is told from one never given out.
"""

import hashlib
import secrets
import uuid

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "workflows.tokens"


def issue(execution_id: uuid.UUID) -> str:
    """A new token for a task of this execution."""
    unsigned = f"{execution_id.hex}.{secrets.token_urlsafe(32)}"
    return f"{unsigned}.{_signature(unsigned, settings.SECRET_KEY)}"


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def execution_id(token: str) -> uuid.UUID | None:
    """The execution that the token names, whether or not it ever was a real token."""
    try:
        return uuid.UUID(hex=token.partition(".")[0])
    except ValueError:
        return None


def is_genuine(token: str) -> bool:
    """Whether this installation gave the token out, now or in the past."""
    if not token.isascii():
        return False
    unsigned, _, signature = token.rpartition(".")
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(signature, _signature(unsigned, key)) for key in keys)


def _signature(text: str, key: str | bytes) -> str:
    return salted_hmac(_SALT, text, secret=key, algorithm="sha256").hexdigest()

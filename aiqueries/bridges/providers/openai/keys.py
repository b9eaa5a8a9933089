"""The keys of providers: from settings, or from Secrets Manager, where they may change."""

import json
import threading
import time

from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Trouble
from aiqueries.routes import ProviderSettings
from core import aws

KEPT = 300.0  # seconds that a key from Secrets Manager is used before it is asked for again

_known: dict[str, tuple[float, str]] = {}
_lock = threading.Lock()


def key(said: ProviderSettings) -> str:
    """The key to send, empty where none is wanted. Raises ProviderError if it is not to be had."""
    if said.api_key or not said.api_key_secret:
        return said.api_key
    with _lock:
        at, known = _known.get(said.api_key_secret, (0.0, ""))
        if not known or time.monotonic() > at + KEPT:
            known = _asked(said.api_key_secret)
            _known[said.api_key_secret] = (time.monotonic(), known)
        return known


def forget(said: ProviderSettings) -> None:
    """The provider did not take the key: ask for it again the next time."""
    with _lock:
        _known.pop(said.api_key_secret, None)


def _asked(secret: str) -> str:
    """The secret's text, or `api_key` of its JSON."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = aws.client("secretsmanager").get_secret_value(SecretId=secret)
    except (BotoCoreError, ClientError) as error:
        sentence = "The key for the AI provider could not be fetched."
        raise ProviderError(Trouble.UNREACHABLE, sentence) from error
    text = str(answer.get("SecretString", "")).strip()
    if not text.startswith("{"):
        return text
    try:
        return str(json.loads(text)["api_key"])
    except (ValueError, LookupError):
        sentence = "The secret that should hold the AI provider's key does not."
        raise ProviderError(Trouble.AUTH, sentence) from None

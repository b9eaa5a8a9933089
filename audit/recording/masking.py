"""Keeps secrets out of the trail, whatever an event brings."""

import json
from functools import lru_cache
from typing import Any

MASK = "•••"
_SECRET = {"token", "tasktoken", "password", "secret", "authorization", "cookie", "sessionkey"}
_SECRET |= {"apikey", "correctanswer", "answerkey", "options", "comment", "comments"}
# Only where a payload's text shows a trace of such a name is the payload walked.
_TRACES = (
    *("token", "passw", "secret", "authori", "cookie", "session"),
    *("key", "answer", "option", "comment"),
)


def masked(payload: Any) -> Any:
    """The payload with the values of secret fields replaced, at any depth, in JSON strings too."""
    if isinstance(payload, dict):
        return {
            key: MASK if _is_secret(key) and value else masked(value)
            for key, value in payload.items()
        }
    if isinstance(payload, list):
        return [masked(value) for value in payload]
    if isinstance(payload, str) and payload[:1] in {"{", "["}:
        return _masked_json(payload)
    return payload


def may_hold_secrets(payload: str) -> bool:
    """False when the payload's text holds no trace of a secret field's name."""
    lowered = payload.lower()
    return any(trace in lowered for trace in _TRACES)


@lru_cache(maxsize=4096)
def _is_secret(key: str) -> bool:
    return key.lower().replace("_", "").replace("-", "").removesuffix(".$") in _SECRET


def _masked_json(text: str) -> str:
    try:
        inner = json.loads(text)
    except ValueError:
        return text
    return json.dumps(masked(inner), ensure_ascii=False)

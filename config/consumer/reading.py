"""A message as SQS hands it out, and its body as far as it is one."""

import json
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from outbox.events import Permanent

REASON_LENGTH = 256
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Longer than an id. Task tokens are, wherever a foreign message may have put one.
_LONG_RUN = re.compile(r"[A-Za-z0-9+/=_.~-]{40,}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_UNSTORABLE = re.compile("[\\0\\ud800-\\udfff]")
_MASK = "•••"


@dataclass(frozen=True, kw_only=True, eq=False)
class Message:
    """One message in hand. `receives` counts its readings, ours included; `receipt` settles it."""

    id: str
    receipt: str = field(repr=False)
    text: str = field(repr=False)
    receives: int = 1
    correlation_id: str = ""

    @classmethod
    def from_sqs(cls, given: dict[str, Any]) -> "Message":
        offered = given.get("MessageAttributes", {}).get("CorrelationId", {}).get("StringValue", "")
        return cls(
            id=given["MessageId"],
            receipt=given["ReceiptHandle"],
            text=given["Body"],
            receives=int(given.get("Attributes", {}).get("ApproximateReceiveCount", 1)),
            correlation_id=offered if _ACCEPTABLE.fullmatch(offered) else given["MessageId"],
        )


def body_of(text: str, *, largest: int) -> dict[str, Any]:
    """The JSON object in a message's text. Raises Permanent, never quoting the text."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > largest:
        raise Permanent(f"Too large: {size} bytes, where {largest} are the most.")
    try:
        body = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise Permanent("Not JSON: nested too deeply.") from None
    except ValueError as error:
        raise Permanent(f"Not JSON: {error}") from None
    if not isinstance(body, dict):
        raise Permanent(f"Not a JSON object but {_KINDS[type(body)]}.")
    if any(not _storable(part) for part in _strings(body)):
        raise Permanent("Holds a character that no text here can have (NUL or half a pair).")
    return body


def reason_for(error: BaseException, text: str) -> str:
    """Why, in at most 256 printable characters, without any secret of the message's text."""
    words = str(error) if isinstance(error, Permanent) else f"{type(error).__name__}: {error}"
    return _UNPRINTABLE.sub(" ", without_secrets(words, text)).strip()[:REASON_LENGTH] or "Unknown."


def trace_of(error: BaseException, text: str) -> str:
    """The error's traceback for the log, without any secret of the message's text."""
    said = f"{type(error).__name__}: {without_secrets(str(error), text)}"
    trace = "".join(traceback.format_tb(error.__traceback__)) + said
    return trace if error.__cause__ is None else f"{trace}\nfrom {trace_of(error.__cause__, text)}"


def without_secrets(words: str, text: str) -> str:
    """The words without the tokens that the message's text holds, and without what looks so."""
    for secret in sorted(_secrets(text), key=len, reverse=True):
        words = words.replace(secret, _MASK)
    return _LONG_RUN.sub(_MASK, words)


def _secrets(text: str) -> set[str]:
    try:
        body = json.loads(text)
        return {secret for secret in _under_token(body) if len(secret) >= 4}
    except (ValueError, RecursionError):
        return set()


def _under_token(part: Any) -> Iterator[str]:
    """Every text that stands under a name with "token" in it, at any depth."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from _strings(value) if "token" in name.lower() else _under_token(value)
    elif isinstance(part, list):
        for value in part:
            yield from _under_token(value)


def _strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for name, value in part.items():
            yield name
            yield from _strings(value)
    elif isinstance(part, list):
        for value in part:
            yield from _strings(value)


def _storable(text: str) -> bool:
    return _UNSTORABLE.search(text) is None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


_KINDS = {
    list: "an array",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}

"""What callers hand in, checked before it can do harm."""

import json
import re
from typing import Any

from core.errors import Invalid
from workflows.asl.journey import MOST_BYTES
from workflows.exceptions import InvalidExecutionInput, InvalidName, InvalidOutput

ERROR_LENGTH = 256
CAUSE_LENGTH = 32_768
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")


def plain(value: Any, *, field: str, refusal: type[Invalid]) -> Any:
    """The value as JSON gives it back. Raises `refusal` for what is not JSON, or too much of it."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError):
        raise refusal(f"The {field} is not JSON.", field=field) from None
    if size > MOST_BYTES:
        raise refusal(f"The {field} has more than {MOST_BYTES} bytes.", field=field)
    plain_value = json.loads(text)
    if "\\u0000" in text and _holds_nul(plain_value):
        raise refusal(f"The {field} holds a NUL character.", field=field)
    return plain_value


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or _holds_nul(part) for key, part in value.items())
    return isinstance(value, list) and any(_holds_nul(part) for part in value)


def words(text: str, *, field: str, most: int, refusal: type[Invalid]) -> str:
    """The text, when it is one that can be stored and is not too long."""
    plain(text, field=field, refusal=refusal)
    if not isinstance(text, str) or len(text) > most:
        raise refusal(f"The {field} must be text of at most {most} characters.", field=field)
    return text


def is_name(name: str) -> bool:
    """Whether Step Functions and this engine take it as an execution's name."""
    return bool(_NAME.fullmatch(name))


def canonical(value: Any) -> str:
    """JSON text that is the same for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON. By text: for Python 1, 1.0 and true would be equal."""
    return canonical(one) == canonical(other)


def start_input(name: str, value: Any) -> Any:
    """What an execution of this name may begin with. Raises InvalidName, InvalidExecutionInput."""
    if not is_name(name):
        raise InvalidName("A name has 1 to 80 letters, digits, hyphens or underscores.")
    return plain(value, field="input", refusal=InvalidExecutionInput)


def task_output(token: str, value: Any) -> Any:
    """What a task may be completed with. Raises InvalidOutput, also if it gives the token away."""
    output = plain(value, field="output", refusal=InvalidOutput)
    _keep_secret(token, json.dumps(output, ensure_ascii=False))
    return output


def reason(error: str, cause: str, token: str = "") -> tuple[str, str]:
    """An error and its cause, as short as Step Functions wants them. Raises Invalid."""
    checked = (
        words(error, field="error", most=ERROR_LENGTH, refusal=Invalid),
        words(cause, field="cause", most=CAUSE_LENGTH, refusal=Invalid),
    )
    _keep_secret(token, error + cause)
    return checked


def _keep_secret(token: str, text: str) -> None:
    if token and token in text:
        raise InvalidOutput("The task token must not be part of the answer.", field="output")

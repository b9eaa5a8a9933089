"""
Intrinsic functions: `States.Format('{}-{}', $.a, 3)` and its kind.

Only those that give the same answer every time; States.UUID and States.MathRandom are refused
when a definition is loaded, because a step must be repeatable.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workflows.asl.errors import INTRINSIC_FAILURE, StateFailure
from workflows.asl.paths import JSON, Path, PathError, parse

# json.dumps would make a new one at every call.
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
MOST_DEEP = 10
MOST_ITEMS = 1000


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments: values, paths and further calls."""

    text: str
    name: str
    arguments: tuple[Any, ...]


_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=\s*[,)])")
_WORD = re.compile(r"(?:true|false|null)(?=\s*[,)])")
_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'")
_NAME = re.compile(r"States\.(\w+)\(")
_PATH = re.compile(r"\$(?:[^\[\],()\s]|\[(?:'(?:[^'\\]|\\.)*'|[^\]'])*\])*")


@lru_cache(maxsize=1024)
def parse_call(text: str) -> Call:
    """The call in `text`, or PathError with a reason."""
    call, end = _call(text, 0, depth=1)
    if text[end:].strip():
        raise PathError(f"{text!r} goes on after its closing parenthesis.")
    return call


def _call(text: str, position: int, depth: int) -> tuple[Call, int]:
    match = _NAME.match(text, position)
    if match is None:
        raise PathError(f"{text!r} is not an intrinsic function.")
    name = match[1]
    if name not in FUNCTIONS:
        raise PathError(f"States.{name} is not supported.")
    if depth > MOST_DEEP:
        raise PathError(f"Intrinsic functions may be {MOST_DEEP} deep at most.")
    arguments: list[Any] = []
    position = _skip(text, match.end())
    while not text.startswith(")", position):
        if arguments:
            if not text.startswith(",", position):
                raise PathError(f"{text!r} lacks a comma or a closing parenthesis.")
            position = _skip(text, position + 1)
        argument, position = _argument(text, position, depth)
        arguments.append(argument)
        position = _skip(text, position)
    return Call(text, name, tuple(arguments)), position + 1


def _argument(text: str, position: int, depth: int) -> tuple[Any, int]:
    if match := _STRING.match(text, position):
        # An escaped brace stays escaped: only States.Format knows what to do with it.
        return re.sub(r"\\([^{}])", r"\1", match[1]), match.end()
    if match := (_NUMBER.match(text, position) or _WORD.match(text, position)):
        return json.loads(match[0]), match.end()
    if match := _PATH.match(text, position):
        return parse(match[0]), match.end()
    return _call(text, position, depth + 1)


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t":
        position += 1
    return position


def evaluate(call: Call, look: Callable[[Path], JSON]) -> JSON:
    """The call's value; `look` answers for paths. Raises StateFailure(States.IntrinsicFailure)."""
    arguments = [_value(argument, look) for argument in call.arguments]
    try:
        return FUNCTIONS[call.name](*arguments)
    except (TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise StateFailure(
            INTRINSIC_FAILURE, f"States.{call.name} cannot work with its arguments: {error}"
        ) from None


def _value(argument: Any, look: Callable[[Path], JSON]) -> JSON:
    if isinstance(argument, Path):
        return look(argument)
    if isinstance(argument, Call):
        return evaluate(argument, look)
    return argument


def _format(template: str, *values: JSON) -> str:
    parts = re.split(r"(?<!\\)\{\}", _a(str, template))
    if len(parts) != len(values) + 1:
        raise ValueError(f"{len(parts) - 1} places for {len(values)} values.")
    texts = [value if isinstance(value, str) else to_json(value) for value in values]
    pieces = [re.sub(r"\\([{}])", r"\1", part) for part in parts]
    return pieces[0] + "".join(a + b for a, b in zip(texts, pieces[1:], strict=True))


def to_json(value: JSON) -> str:
    """Compact JSON text."""
    return _ENCODER.encode(value)


def _a(kind: type | tuple[type, ...], value: JSON) -> JSON:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"a {type(value).__name__} is not allowed here.")
    return value


def _number(value: JSON) -> int:
    number: int = round(_a((int, float), value))
    return number


def _add(a: JSON, b: JSON) -> int:
    return _number(a) + _number(b)


def _get(items: JSON, index: JSON) -> JSON:
    place = _a(int, index)
    if not 0 <= place < len(_a(list, items)):
        raise LookupError(f"there is no item {place}.")
    return items[place]


def _partition(items: JSON, size: JSON) -> JSON:
    width = _number(size)
    if width < 1:
        raise ValueError("the chunk size must be positive.")
    return [_a(list, items)[start : start + width] for start in range(0, len(items), width)]


def _range(first: JSON, last: JSON, step: JSON) -> JSON:
    by = _number(step)
    numbers = range(_number(first), _number(last) + (1 if by > 0 else -1), by)
    if len(numbers) > MOST_ITEMS:
        raise ValueError(f"more than {MOST_ITEMS} items.")
    return list(numbers)


def _unique(items: JSON) -> JSON:
    first: dict[str, JSON] = {}
    for item in _a(list, items):
        first.setdefault(json.dumps(item, sort_keys=True), item)
    return list(first.values())


def _contains(items: JSON, value: JSON) -> bool:
    wanted = json.dumps(value, sort_keys=True)
    return any(json.dumps(item, sort_keys=True) == wanted for item in _a(list, items))


def _hash(data: JSON, algorithm: JSON) -> str:
    known = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384"}
    name = known.get(algorithm) or {"SHA-512": "sha512"}[algorithm]
    text = data if isinstance(data, str) else to_json(data)
    return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def _decode(text: JSON) -> str:
    try:
        return base64.b64decode(_a(str, text), validate=True).decode()
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def _merge(first: JSON, second: JSON, deep: JSON) -> JSON:
    if _a(bool, deep):
        raise ValueError("deep merging is not supported.")
    return _a(dict, first) | _a(dict, second)


def _split(text: JSON, separators: JSON) -> JSON:
    return [part for part in re.split(f"[{re.escape(_a(str, separators))}]", _a(str, text)) if part]


FUNCTIONS: dict[str, Callable[..., JSON]] = {
    "Array": lambda *items: list(items),
    "ArrayContains": _contains,
    "ArrayGetItem": _get,
    "ArrayLength": lambda items: len(_a(list, items)),
    "ArrayPartition": _partition,
    "ArrayRange": _range,
    "ArrayUnique": _unique,
    "Base64Decode": _decode,
    "Base64Encode": lambda text: base64.b64encode(_a(str, text).encode()).decode(),
    "Format": _format,
    "Hash": _hash,
    "JsonMerge": _merge,
    "JsonToString": lambda value: to_json(value),
    "MathAdd": _add,
    "StringSplit": _split,
    "StringToJson": lambda text: json.loads(_a(str, text)),
}

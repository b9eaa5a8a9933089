"""Bodies that others send, read field by field; what is not asked for is not let in."""

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

T = TypeVar("T")

SERVICE = re.compile(r"[a-z][a-z0-9-]*")  # how other services call themselves


class Unreadable(ValueError):
    """The message names the field at fault and never quotes it."""


def only(body: Mapping[str, Any], fields: Iterable[str], *, what: str) -> None:
    """Raises Unreadable unless `body` has exactly these fields."""
    wanted = set(fields)
    if missing := sorted(wanted - set(body)):
        raise Unreadable(f"{what} lacks {', '.join(missing)}.")
    if strange := sorted(set(body) - wanted):
        raise Unreadable(f"{what} must not have {', '.join(strange)}.")


def text(body: Mapping[str, Any], field: str, *, most: int, least: int = 1) -> str:
    """A field of so many characters, not counting blanks around it."""
    value = body[field]
    if not isinstance(value, str) or not least <= len(value.strip()) <= most:
        raise Unreadable(f"{field} must be text of {least} to {most} characters.")
    return value.strip()


def matching(
    body: Mapping[str, Any], field: str, pattern: re.Pattern[str], *, most: int, form: str
) -> str:
    """A text field that matches all of the pattern; `form` says in words what it must be."""
    value = text(body, field, most=most)
    if not pattern.fullmatch(value):
        raise Unreadable(f"{field} must be {form}.")
    return value


def uuid_of(body: Mapping[str, Any], field: str) -> uuid.UUID:
    """A field that holds a UUID as RFC 9562 writes it."""
    value = body[field]
    try:
        found = uuid.UUID(value)
    except (AttributeError, TypeError, ValueError):
        found = None
    if found is None or str(found) != value.lower():
        raise Unreadable(f"{field} must be a UUID.")
    return found


def moment(body: Mapping[str, Any], field: str) -> datetime:
    """A field that holds a time with its offset, in ISO 8601; the answer is in UTC."""
    value = body[field]
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (OverflowError, TypeError, ValueError):
        pass
    raise Unreadable(f"{field} must be a time with its offset from UTC, in ISO 8601.")


def several(body: Mapping[str, Any], name: str, *, most: int) -> list[dict[str, Any]]:
    """The unread things of a body that brings 1 to `most` of them, as `{name: [one, …]}`."""
    only(body, [name], what=f"A message with several {name}")
    given = body[name]
    if not isinstance(given, list) or not 1 <= len(given) <= most:
        raise Unreadable(f"{name} must be an array of 1 to {most} {name}.")
    if not all(isinstance(each, dict) for each in given):
        raise Unreadable(f"Each of {name} must be an object.")
    return given


def all_of(
    body: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any]], T], *, most: int
) -> list[T]:
    """
    All that a message brings: one thing, or `{name: [one, …]}`.

    Raises Unreadable for the first that is malformed, and says which: they come together.
    """
    if name not in body:
        return [read(body)]
    found = []
    for place, each in enumerate(several(body, name, most=most)):
        try:
            found.append(read(each))
        except Unreadable as error:
            raise Unreadable(f"{name}[{place}]: {error}") from None
    return found

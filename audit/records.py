"""
The record of an entry: the JSON text that is hashed, and the boxes in it.

    {"version": 1, "sequence": 7, "event_id": UUID, "action": "approvals.task_decided",
     "actor": {"id": ID, "label": §, "ip": §, "client": §}, "owner": ID, "scheme": text,
     "workflow": text, "step": text, "object": {"kind": text, "id": text}, "outcome": text,
     "reason": §, "request_id": text, "happened_at": T, "recorded_at": T, "text": "{actor} …",
     "detail": {the event's fields}, "links": [[kind, id], …],
     "changes": [{"table", "operation", "id", "session", "before": {…}, "after": {…}}, …],
     "boxes": {"person:ID": base64, "text:EVENT": base64}}

Times are ISO 8601 in UTC with microseconds. § marks what stands in a box: in its place the record
has {"sealed": name of the key}, and the box of that name holds {JSON pointer: value}.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audit import vault

VERSION = 1
BOXES = "boxes"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value that goes into the box of the key with this name."""

    key_name: str
    value: Any


def person_key(person_id: str) -> str:
    return f"person:{person_id}"


def text_key(event_id: UUID | str) -> str:
    return f"text:{event_id}"


def write(content: Mapping[str, Any], *, event_id: UUID, keys: Mapping[str, bytes | None]) -> str:
    """
    The record's text: what is Sealed in the content is locked away under its key.

    A key that is None was erased: nothing is kept of what it would lock. Raises KeyError for a
    name that `keys` does not have.
    """
    contents: dict[str, dict[str, Any]] = {}
    plain = _without_sealed(content, "", contents)
    boxes = {}
    for name, values in sorted(contents.items()):
        key = keys[name]
        if key is not None:
            boxes[name] = vault.lock(vault.box_key(key, event_id), values)
    return json.dumps(
        {**plain, BOXES: boxes}, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )


def key_names(content: Any) -> Iterator[str]:
    """The names of the keys that lock what is Sealed in this content."""
    if isinstance(content, Sealed):
        yield content.key_name
    elif isinstance(content, Mapping):
        for value in content.values():
            yield from key_names(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from key_names(value)


def event_id(body: str) -> str:
    return str(json.loads(body)["event_id"])


def boxes(body: str) -> list[str]:
    """The names of the keys that open a record's boxes."""
    return list(json.loads(body)[BOXES])


def opened(body: str, *, keys: Mapping[str, bytes | None]) -> dict[str, Any]:
    """
    The record with what its boxes hold put in its place, as far as keys are given.

    What stays closed reads {"sealed": name}. Raises vault.WrongKey for a key that does not fit.
    """
    record: dict[str, Any] = json.loads(body)
    event_id = UUID(record["event_id"])
    for name, box in record[BOXES].items():
        key = keys.get(name)
        if key is not None:
            for pointer, value in vault.unlock(vault.box_key(key, event_id), box).items():
                _put(record, pointer, value)
    return record


def _without_sealed(value: Any, pointer: str, contents: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, Sealed):
        contents.setdefault(value.key_name, {})[pointer] = value.value
        return {"sealed": value.key_name}
    if isinstance(value, Mapping):
        return {
            name: _without_sealed(part, f"{pointer}/{_escaped(name)}", contents)
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [
            _without_sealed(part, f"{pointer}/{place}", contents)
            for place, part in enumerate(value)
        ]
    return value


def _put(record: Any, pointer: str, value: Any) -> None:
    """Set the value that a JSON pointer (RFC 6901) names."""
    *way, last = [_unescaped(part) for part in pointer.split("/")[1:]]
    for part in way:
        record = record[int(part)] if isinstance(record, list) else record[part]
    record[int(last) if isinstance(record, list) else last] = value


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")

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
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audit.proof import vault

VERSION = 1
BOXES = "boxes"
_PLAIN = frozenset({str, int, float, bool, type(None)})
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value that goes into the box of the key with this name."""

    key_name: str
    value: Any


def person_key(person_id: str) -> str:
    return f"person:{person_id}"


def text_key(event_id: UUID | str) -> str:
    return f"text:{event_id}"


@dataclass(frozen=True, slots=True)
class Parted:
    """Content apart from what is Sealed in it: that by the name of its key, and JSON pointers."""

    plain: dict[str, Any]
    contents: dict[str, dict[str, Any]]


def parted(content: Mapping[str, Any]) -> Parted:
    """Take what is Sealed out of the content, and leave in each place which box has it."""
    contents: dict[str, dict[str, Any]] = {}
    return Parted(_without_sealed(content, "", contents), contents)


def locked(parts: Parted, *, event_id: UUID, keys: Mapping[str, bytes | None]) -> str:
    """
    The record's text, with what was Sealed locked away under its key.

    A key that is None was erased: nothing is kept of what it would lock. Raises KeyError for a
    name that `keys` does not have.
    """
    boxes = {}
    for name, values in parts.contents.items():
        key = keys[name]
        if key is not None:
            boxes[name] = vault.lock(vault.box_key(key, event_id), values)
    return _ENCODER.encode({**parts.plain, BOXES: boxes})


def write(content: Mapping[str, Any], *, event_id: UUID, keys: Mapping[str, bytes | None]) -> str:
    """The text of a record with this content; see locked()."""
    return locked(parted(content), event_id=event_id, keys=keys)


def boxes(body: str) -> list[str]:
    """The names of the keys that open a record's boxes."""
    return list(json.loads(body)[BOXES])


def box_keys(body: str, *, keys: Mapping[str, bytes | None]) -> dict[str, bytes]:
    """What opens the boxes of one record and no other, by name; those that were erased are not."""
    return _box_keys(json.loads(body), keys)


def opened(body: str, *, keys: Mapping[str, bytes | None]) -> dict[str, Any]:
    """
    The record with what its boxes hold put in its place, as far as keys are given.

    What stays closed reads {"sealed": name}. Raises vault.WrongKey for a key that does not fit.
    """
    record: dict[str, Any] = json.loads(body)
    return _unlocked(record, _box_keys(record, keys))


def disclosed(body: str, *, keys: Mapping[str, bytes]) -> dict[str, Any]:
    """The record as opened(), for who was given the keys of its boxes and of no others."""
    return _unlocked(json.loads(body), keys)


def _box_keys(record: Mapping[str, Any], keys: Mapping[str, bytes | None]) -> dict[str, bytes]:
    event = UUID(record["event_id"])
    return {
        name: vault.box_key(key, event)
        for name in record[BOXES]
        if (key := keys.get(name)) is not None
    }


def _unlocked(record: dict[str, Any], keys: Mapping[str, bytes]) -> dict[str, Any]:
    for name, box in record[BOXES].items():
        if name in keys:
            for pointer, value in vault.unlock(keys[name], box).items():
                _put(record, pointer, value)
    return record


def _without_sealed(value: Any, pointer: str, contents: dict[str, dict[str, Any]]) -> Any:
    """Called for every part of every entry: what is plain comes through first."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is Sealed:
        contents.setdefault(value.key_name, {})[pointer] = value.value
        return {"sealed": value.key_name}
    if isinstance(value, Mapping):
        return {
            name: part
            if type(part) in _PLAIN
            else _without_sealed(part, f"{pointer}/{_escaped(name)}", contents)
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

"""A record as people read it: field by field, with names, and with what cannot be shown said so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from audit.reading.naming import Names, Pair, pair_in, pairs_in
from audit.recording.masking import MASK
from audit.rules import RULES


class Sort(StrEnum):
    """Why a value reads as it does."""

    PLAIN = "plain"
    EMPTY = "empty"
    MASKED = "masked"  # never written down
    ERASED = "erased"  # its key was destroyed
    UNKNOWN = "unknown"  # not recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A value. `id` is what stands in the record where `text` is a name for it."""

    text: str
    sort: Sort = Sort.PLAIN
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShown:
    """A field, before and after; one of them is None where the row was not there."""

    name: str
    before: Shown | None
    after: Shown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """One changed row."""

    table: str
    operation: str
    kind: str
    thing: str
    title: str
    session: str
    fields: list[FieldShown]


def pairs_of(record: Mapping[str, Any]) -> list[Pair]:
    """Everything in a record that may have a name."""
    pairs: list[Pair] = [(kind, thing) for kind, thing in record["links"]]
    pairs += [("user", record[who]) for who in ("owner",) if record.get(who)]
    pairs += pairs_in(record["detail"])
    for change in record["changes"]:
        pairs.append((_kind(change["table"]), change["id"]))
        for row in (change["before"], change["after"]):
            pairs += pairs_in(row or {})
    return pairs


def changes_of(record: Mapping[str, Any], names: Names) -> list[ChangeShown]:
    """Exactly what changed, row by row."""
    return [
        ChangeShown(
            table=change["table"],
            operation=change["operation"],
            kind=_kind(change["table"]),
            thing=change["id"],
            title=names.title(_kind(change["table"]), change["id"]),
            session=str(change["session"]),
            fields=_fields(change, names),
        )
        for change in record["changes"]
    ]


def fields_of(values: Mapping[str, Any], names: Names) -> list[tuple[str, Shown]]:
    """Named values, in order of their names."""
    return [(name, shown(name, value, names)) for name, value in sorted(values.items())]


def shown(name: str, value: Any, names: Names) -> Shown:
    if value in (None, "", [], {}):
        return Shown(text="empty", sort=Sort.EMPTY)
    if value == MASK:
        return Shown(text="not recorded: secret", sort=Sort.MASKED)
    if isinstance(value, Mapping) and set(value) == {"sealed"}:
        return Shown(text="erased", sort=Sort.ERASED)
    pair = pair_in(name, value)
    title = names.title(*pair) if pair else ""
    return Shown(text=title or _text(value), id=str(value) if title else "")


def _fields(change: Mapping[str, Any], names: Names) -> list[FieldShown]:
    before, after = change["before"], change["after"]
    differing = sorted({*(before or {}), *(after or {})})
    return [
        FieldShown(name=name, before=_side(name, before, names), after=_side(name, after, names))
        for name in differing
        if before is None or after is None or before.get(name) != after.get(name) or name in before
    ]


def _side(name: str, row: Mapping[str, Any] | None, names: Names) -> Shown | None:
    if row is None:
        return None
    if name not in row:
        return Shown(text="not recorded", sort=Sort.UNKNOWN)
    return shown(name, row[name], names)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _kind(table: str) -> str:
    rule = RULES.get(table)
    return rule.kind if rule else table[:40]

"""Changed rows in a record: what is personal and what people wrote goes into boxes."""

from collections.abc import Iterable, Mapping
from typing import Any

from audit.proof.records import Sealed, person_key, text_key
from audit.recording.masking import masked
from audit.rules import RULES, Rule
from audit.services.sealing.log import Change

# Free text in a column of such a name says why somebody did it.
_REASONS = ("comment", "comments", "reason")


def kind_of(change: Change) -> str:
    """What the row stands for; a table without a rule stands for itself."""
    rule = RULES.get(change.table)
    return rule.kind if rule is not None else change.table[:40]


def recorded(change: Change, event_id: str) -> dict[str, Any]:
    """A change as the record of this event has it."""
    return {
        "table": change.table,
        "operation": change.operation,
        "id": change.object_id,
        "session": change.session,
        "before": _boxed(change, change.before, change.after, event_id),
        "after": _boxed(change, change.after, change.before, event_id),
    }


def reason_in(changes: Iterable[Change]) -> str:
    """The first comment that somebody wrote with these changes, or an empty string."""
    for change in changes:
        rule = RULES.get(change.table)
        for column in _REASONS:
            if rule and column in rule.texts and (said := (change.after or {}).get(column)):
                return str(said)
    return ""


def value_in(changes: Iterable[Change], *columns: str) -> str:
    """What the first change that has one of these columns says there, or an empty string."""
    for change in changes:
        for row in (change.after, change.before):
            for column in columns:
                if row and (value := row.get(column)) not in (None, ""):
                    return str(value)
    return ""


def _boxed(
    change: Change, row: dict[str, Any] | None, other: dict[str, Any] | None, event_id: str
) -> dict[str, Any] | None:
    if row is None:
        return None
    rule, text = RULES.get(change.table), text_key(event_id)
    if rule is None:  # nobody said what of it is personal, so all of it might be
        return {column: _in_box(text, value) for column, value in row.items()}
    plain, boxed = {}, {}
    for column, value in row.items():
        if _is_boxed(rule, column):
            person = _person(rule, column, change, row, other or {})
            boxed[column] = _in_box(person_key(person) if person else text, value)
        else:
            plain[column] = value
    return {**masked(plain), **boxed}


def _is_boxed(rule: Rule, column: str) -> bool:
    return column in rule.texts or column in rule.personal


def _person(
    rule: Rule, column: str, change: Change, row: Mapping[str, Any], other: Mapping[str, Any]
) -> str:
    """Whose datum this is; empty for free text, and where the row does not tell."""
    if column in rule.texts:
        return ""
    said_in = rule.personal[column]
    person = row.get(said_in) or other.get(said_in)
    if person is None and said_in == rule.key:
        person = change.object_id
    return str(person or "")


def _in_box(key_name: str, value: Any) -> Any:
    return value if value in (None, "", [], {}) else Sealed(key_name, value)

"""What other services report for the trail: read strictly, taken in once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction

from audit.events import Reported
from core import strict
from core.actor import Actor
from outbox.publishing import publish_each

FIELDS = ("id", "source", "action", "actor", "object", "text", "occurred_at")
SEVERAL = "reports"
AT_ONCE = 500  # reports in one message or request
_ACTION = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")

# In one order, so that two that bring the same reports do not block each other.
_REMEMBER = """
INSERT INTO audit_report (source, report_id)
SELECT source, id FROM unnest(%s::text[], %s::uuid[]) AS report (source, id)
ORDER BY source, id
ON CONFLICT DO NOTHING
RETURNING source, report_id::text
"""


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report: by whom it was done there, and what is to be written down."""

    actor: Actor
    event: Reported

    @property
    def key(self) -> tuple[str, str]:
        return self.event.source, self.event.report_id


def read(body: Mapping[str, Any]) -> Report:
    """
    The report in a message's body. Raises strict.Unreadable, which names the field at fault.

    Actors bear the service's name, so that none of theirs can pass for one of ours.
    """
    strict.only(body, FIELDS, what="A report")
    source = strict.matching(
        body, "source", strict.SERVICE, most=30, form="a service's name in lower case"
    )
    actor, thing = _part(body, "actor", ("id", "label")), _part(body, "object", ("kind", "id"))
    return Report(
        actor=Actor(
            id=f"{source}:{strict.text(actor, 'id', most=200)}",
            label=f"{strict.text(actor, 'label', most=200)} ({source})",
        ),
        event=Reported(
            source=source,
            report_id=str(strict.uuid_of(body, "id")),
            action=strict.matching(
                body, "action", _ACTION, most=60, form="words_in_lower_case joined by dots"
            ),
            object_kind=strict.text(thing, "kind", most=40),
            object_id=strict.text(thing, "id", most=255),
            text=strict.text(body, "text", most=1000),
            occurred_at=strict.moment(body, "occurred_at").isoformat(),
        ),
    )


def read_all(body: Mapping[str, Any]) -> list[Report]:
    """
    All that a message brings: one report, or `{"reports": [one, …]}` with 1 to 500.

    Raises strict.Unreadable for the first that is malformed, and says which: they come together.
    """
    return strict.all_of(body, SEVERAL, read, most=AT_ONCE)


@transaction.atomic
def take_in(reports: Sequence[Report], *, reporter_id: str = "") -> set[tuple[str, str]]:
    """Write those that are new into the event log, which the trail copies; return their keys."""
    by_key: dict[tuple[str, str], Report] = {}
    for report in reports:
        by_key.setdefault(report.key, report)
    if not by_key:
        return set()
    sources, ids = zip(*by_key, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, [list(sources), list(ids)])
        new = set(cursor.fetchall())
    publish_each(
        [
            (replace(report.event, reporter_id=reporter_id), report.actor)
            for key, report in by_key.items()
            if key in new
        ]
    )
    return new


def _part(body: Mapping[str, Any], field: str, fields: Sequence[str]) -> Mapping[str, Any]:
    part = body[field]
    if not isinstance(part, dict):
        raise strict.Unreadable(f"{field} must be an object.")
    strict.only(part, fields, what=field)
    return part

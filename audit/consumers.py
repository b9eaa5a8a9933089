"""Reports of other services for the audit trail: plain JSON on a queue."""

from collections.abc import Mapping
from typing import Any

from audit.recording import reports
from core.queues import checks, handles
from core.strict import Unreadable
from outbox.events import Permanent


@checks("audit-trail")
def check_reports(body: dict[str, Any]) -> list[reports.Report]:
    """
    One event of another service, or `{"reports": [one, …]}` with up to 500 in one message.

    `{"id": UUID, "source": "billing", "action": "invoice.sent", "actor": {"id", "label"},
    "object": {"kind", "id"}, "text": a sentence, "occurred_at": ISO 8601 with offset}`, as
    docs/audit-report.schema.json has it. One that is malformed spoils its whole message.
    """
    try:
        return reports.read_all(body)
    except Unreadable as error:
        raise Permanent(str(error)) from None


@handles("audit-trail")
def take_reports(bodies: Mapping[str, dict[str, Any]]) -> None:
    """Each becomes one entry of the trail, however often its message comes."""
    reports.take_in([report for body in bodies.values() for report in check_reports(body)])

"""Reports of other services for the audit trail: plain JSON on a queue."""

from collections.abc import Mapping
from typing import Any

from audit import reports
from core.queues import checks, handles
from core.strict import Unreadable
from outbox.events import Permanent


@checks("audit-trail", largest=16 * 1024)
def check_report(body: dict[str, Any]) -> reports.Report:
    """
    One event of another service.

    `{"id": UUID, "source": "billing", "action": "invoice.sent", "actor": {"id", "label"},
    "object": {"kind", "id"}, "text": a sentence, "occurred_at": ISO 8601 with offset}`
    """
    try:
        return reports.read(body)
    except Unreadable as error:
        raise Permanent(str(error)) from None


@handles("audit-trail")
def take_reports(bodies: Mapping[str, dict[str, Any]]) -> None:
    """Each becomes one entry of the trail, however often its message comes."""
    reports.take_in([check_report(body) for body in bodies.values()])

"""What the timer does for approvals."""

import logging
from typing import Any

from celery import shared_task

from approvals import services
from approvals.bridges import reconciling

logger = logging.getLogger(__name__)


@shared_task(name="approvals.expire_overdue_tasks")
def expire_overdue_tasks(**_: Any) -> None:
    """Close what nobody decided in time. Two at once divide the tasks between them."""
    services.expire_overdue_tasks()


@shared_task(name="approvals.take_deadline_steps")
def take_deadline_steps(**_: Any) -> None:
    """Tell of what is due soon or overdue. Two at once divide the tasks between them."""
    services.take_deadline_steps()


@shared_task(name="approvals.hand_over_places")
def hand_over_places(**_: Any) -> None:
    """Pass the places of people who are away on. Two at once divide the tasks between them."""
    services.hand_over_places()


@shared_task(name="approvals.forget_old_imports")
def forget_old_imports(**_: Any) -> None:
    """Drop files nobody confirmed within a week, and staged rows a month after an import's end."""
    services.forget_old_imports()


@shared_task(name="approvals.forget_unused_attachments")
def forget_unused_attachments(**_: Any) -> None:
    """Drop files that nobody attached to a question within a week."""
    services.forget_unused_attachments()


@shared_task(name="approvals.reconcile")
def reconcile(**_: Any) -> None:
    """Set right what was left half-way between requests and workflows. One at a time."""
    report = reconciling.reconcile()
    if report and (report.repaired or report.parked or report.failed):
        logger.warning("Reconciled: %s", report)

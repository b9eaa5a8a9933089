"""What is running: deliveries, workflows, and what was given up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role, role_required
from aiqueries.selectors import costs
from approvals import repair_log
from outbox import housekeeping
from outbox import selectors as outbox
from workflows import selectors as workflows
from workflows.titles import entitle

LONGEST_ID = 18  # digits; a bigint has no more


@require_safe
@role_required(ADMINISTRATORS, AUDITORS)
def activity(request: PersonRequest) -> HttpResponse:
    latest = workflows.recent_executions()
    entitle(latest)
    context = _now() | {
        "dead_letters": outbox.dead_letters(),
        "dead_messages": outbox.dead_messages(),
        "may_replay": has_role(request.user, ADMINISTRATORS),
        "executions": latest,
        "repairs_made": repair_log.repairs_made(),
        "parked_repairs": repair_log.parked_repairs(),
    }
    return render(request, "activity/activity.html", context)


@require_safe
@role_required(ADMINISTRATORS, AUDITORS)
def activity_now(request: HttpRequest) -> HttpResponse:
    """The numbers alone, for the page to ask again every few seconds."""
    return render(request, "activity/_now.html", _now())


@require_POST
@role_required(ADMINISTRATORS)
def replay(request: PersonRequest) -> HttpResponse:
    """Give dead deliveries another chance: those that are named, or all on the page."""
    named = request.POST.getlist("delivery")
    ids = [int(text) for text in named if text.isdecimal() and len(text) <= LONGEST_ID]
    count = housekeeping.replay(ids[:1000], actor=request.user.as_actor())
    if count:
        waits = "1 delivery waits" if count == 1 else f"{count} deliveries wait"
        messages.success(request, f"{waits} for the relay again.")
    else:
        messages.warning(request, "There was nothing to replay: somebody may have done it already.")
    return redirect("activity")


def _now() -> dict[str, Any]:
    counts = workflows.counts_by_status()
    ended = sum(number for status, number in counts.items() if status != "RUNNING")
    return {
        "backlog": outbox.backlog(),
        "subscribers": outbox.by_subscriber(),
        "execution_counts": counts,
        "succeeded_percent": round(100 * counts["SUCCEEDED"] / ended) if ended else None,
        "oldest_waiting": workflows.oldest_waiting(),
        "ai": costs.now(),
    }

"""Executions: all of them, and one with its diagram and its history."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.pages import neighbours, page_of
from workflows import chronicle, diagram, selectors
from workflows.access import may_list, may_read
from workflows.exceptions import ExecutionDoesNotExist
from workflows.models import Execution
from workflows.titles import entitle

SHOWN = 300  # events on the page; the API has them all


@require_safe
@login_required
def executions(request: HttpRequest) -> HttpResponse:
    """Every execution, newest first, for administrators and auditors."""
    if not may_list(request.user):
        raise PermissionDenied
    asked = request.GET.get("status", "")
    status = asked if asked in Execution.Status else ""
    page = page_of(request, selectors.executions(status), selectors.NEWEST_FIRST)
    entitle(page.items)
    context = {"executions": page.items, "tabs": _tabs(status), **neighbours(request, page)}
    return render(request, "workflows/executions.html", context)


def _tabs(current: str) -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "url": f"?status={value}" if value else "?",
            "is_current": value == current,
        }
        for value, label in [("", "All"), *Execution.Status.choices]
    ]


@require_safe
@login_required
def execution(request: HttpRequest, name: str) -> HttpResponse:
    """Where an execution has been. Not found for those who may not read it."""
    try:
        found = selectors.by_name(name)
    except ExecutionDoesNotExist:
        raise Http404 from None
    if not may_read(request.user, name):
        raise Http404
    entitle([found])
    history = selectors.history(found)
    shown = history[-SHOWN:]
    context = {
        "execution": found,
        "diagram": diagram.draw(found, history),
        "history": chronicle.tell(shown),
        "events": len(history),
        "left_out": len(history) - len(shown),
    }
    return render(request, "workflows/execution.html", context)

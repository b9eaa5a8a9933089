"""One execution's page: its diagram and its history."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workflows import chronicle, diagram, selectors
from workflows.access import may_read
from workflows.exceptions import ExecutionDoesNotExist

SHOWN = 300  # events on the page; the API has them all


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

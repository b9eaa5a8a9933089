"""Requests: where each stands, and the way back out."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from accounts.roles import ALL_ROLES, role_required
from approvals import rules, selectors, services
from approvals.forms import RequestFilter
from approvals.models import ApprovalRequest
from approvals.views.beside.execution import diagram_of, execution_of
from approvals.views.beside.stages import stage_views
from approvals.views.beside.timeline import timeline
from approvals.views.first_view import lettered
from core.answers import status_of
from core.errors import DomainError
from core.pages import neighbours, page_of

ORDER = ("-created_at", "-request_id")


@require_safe
@role_required(*ALL_ROLES)
def requests(request: PersonRequest) -> HttpResponse:
    """The requests this person may see, newest first; an unknown `status` shows them all."""
    wish = RequestFilter(request.GET)
    found = ApprovalRequest.objects.listed_for(request.user).select_related("question", "requester")
    if wish.is_valid() and wish.cleaned_data["status"]:
        found = found.filter(status=wish.cleaned_data["status"])
    page = page_of(request, found, ORDER)
    context = {
        "requests": page.items,
        "tabs": _tabs(request),
        "may_submit": rules.allowed(rules.ensure_may_submit, request.user),
        **neighbours(request, page),
    }
    return render(request, "approvals/requests.html", context)


def _tabs(request: PersonRequest) -> list[dict[str, object]]:
    current = request.GET.get("status", "")
    shown = [("", "All"), *ApprovalRequest.Status.choices]
    return [
        {
            "label": label,
            "url": f"?status={value}" if value else "?",
            "is_current": value == current,
        }
        for value, label in shown
    ]


@require_safe
def approval_request(request: PersonRequest, request_id: UUID) -> HttpResponse:
    """A request, its stages and its workflow; 404 for who has no business with it."""
    asked = _visible(request, request_id)
    services.note_reading(
        asked.version, by=request.user, through="page", request_id=asked.request_id
    )
    return _page(request, asked)


@require_POST
def cancel(request: PersonRequest, request_id: UUID) -> HttpResponse:
    """Withdraw an open request; a refusal is shown on its page. The workflow stops afterwards."""
    asked = _visible(request, request_id)
    try:
        services.cancel_request(request_id=request_id, actor=request.user)
    except DomainError as refusal:
        return _page(request, asked, status=status_of(refusal), problem=str(refusal))
    messages.success(request, "The request was cancelled. The workflow is being stopped.")
    return redirect("request", request_id)


def _visible(request: PersonRequest, request_id: UUID) -> ApprovalRequest:
    found = ApprovalRequest.objects.visible_to(request.user).select_related(
        "question", "version", "requester"
    )
    asked = found.filter(pk=request_id).first()
    if asked is None:
        raise Http404("There is no such request, or it is not yours to see.")
    return asked


def _page(
    request: PersonRequest, asked: ApprovalRequest, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    tasks = selectors.tasks_of(asked)
    told = [each for each in selectors.first_views_of(asked) if not each.task.is_pending]
    context = {
        "asked": asked,
        "options": lettered(asked.version.content),
        "stages": stage_views(asked, tasks),
        "entries": timeline(asked, tasks, selectors.versions_of(asked.question), told),
        "pending": next((task for task in tasks if task.is_pending), None),
        "execution": execution_of(asked),
        "diagram": diagram_of(asked),
        "may_cancel": rules.allowed(rules.ensure_may_cancel, request.user, asked),
        "problem": problem,
    }
    return render(request, "approvals/request.html", context, status=status)

"""The inbox: what waits for a person, their group, or others; and what they did."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, ASSESSORS, role_required
from approvals import selectors, services
from approvals.forms import ReassignForm
from approvals.models import ApprovalTask
from approvals.selectors import Box
from core.errors import DomainError
from core.pages import neighbours, page_of
from core.refusals import spoken_of

TABS = {
    Box.MINE: "Mine",
    Box.TEAM: "My groups",
    Box.WAITING: "Asked by me",
    Box.DONE: "Decided",
}
AT_ONCE = 100
MOST_COLLEAGUES = 200


@require_safe
@role_required(ASSESSORS, ADMINISTRATORS)
def inbox(request: PersonRequest) -> HttpResponse:
    """One box of tasks, a page at a time; an unknown `box` is the person's own."""
    box = _box(request.GET.get("box", ""))
    tasks = selectors.tasks_in_box(request.user, box)
    if box == Box.DONE:
        tasks = selectors.with_own_verdict(tasks, request.user)
    page = page_of(request, tasks, selectors.BOX_ORDER[box])
    counts = selectors.inbox_counts(request.user)
    done, approved = selectors.verdicts_today(request.user)
    context = {
        "box": box.value,
        "tabs": _tabs(request, box, counts.mine),
        "counts": counts,
        "done_today": done,
        "approved_today": approved,
        "tasks": page.items,
        "first": page.items[0] if page.items and box == Box.MINE else None,
        "colleagues": _colleagues(request) if box == Box.MINE and page.items else [],
        **neighbours(request, page),
    }
    request.inbox_count = counts.mine  # type: ignore[attr-defined] # spares the sidebar a query
    return render(request, "approvals/inbox.html", context)


def _colleagues(request: PersonRequest) -> list[User]:
    others = selectors.assessors().exclude(pk=request.user.pk)
    return list(others.only("name", "email")[:MOST_COLLEAGUES])


def _tabs(request: PersonRequest, box: Box, mine: int) -> list[dict[str, object]]:
    numbers = {Box.MINE: mine, Box.TEAM: selectors.count_in_box(request.user, Box.TEAM)}
    return [
        {
            "label": label,
            "url": f"{reverse('inbox')}?box={each}",
            "is_current": each == box,
            "count": numbers.get(each),
        }
        for each, label in TABS.items()
    ]


@require_POST
@role_required(ASSESSORS, ADMINISTRATORS)
def act_on_many(request: PersonRequest) -> HttpResponse:
    """Claim, give back or pass on the tasks that were ticked, each by itself."""
    action, form = request.POST.get("action", ""), ReassignForm(request.POST)
    if action == "reassign" and form.problem:
        messages.error(request, form.problem)
    else:
        _act_on_each(request, action, form.data.get("assigned_to", ""))
    return redirect(f"{reverse('inbox')}?box={_box(request.POST.get('box', ''))}")


def _box(name: str) -> Box:
    """The box with this name; for any other, the person's own."""
    return next((box for box in Box if box == name), Box.MINE)


def _act_on_each(request: PersonRequest, action: str, colleague: str) -> None:
    done, refused = 0, []
    for task_id in _ticked(request):
        try:
            task = _act(action, task_id, request.user, colleague)
        except DomainError as refusal:
            spoken_of(refusal)
            refused.append(str(refusal))
        else:
            done += task is not None
    _tell(request, action, done, refused)


def _act(action: str, task_id: UUID, actor: User, colleague: str) -> ApprovalTask | None:
    if action == "claim":
        return services.claim_task(task_id=task_id, actor=actor)
    if action == "release":
        return services.release_task(task_id=task_id, actor=actor)
    if action == "reassign":
        return services.reassign_task(task_id=task_id, assigned_to=colleague, actor=actor)
    return None


def _ticked(request: PersonRequest) -> list[UUID]:
    ids = []
    for text in request.POST.getlist("task")[:AT_ONCE]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids


def _tell(request: PersonRequest, action: str, done: int, refused: list[str]) -> None:
    words = {"claim": "taken on", "release": "given back", "reassign": "passed on"}
    if not done and not refused:
        messages.warning(request, "Tick at least one task first.")
    if done:
        tasks = "1 task was" if done == 1 else f"{done} tasks were"
        messages.success(request, f"{tasks} {words.get(action, 'left as they are')}.")
    for sentence in dict.fromkeys(refused):
        number = refused.count(sentence)
        messages.error(request, sentence if number == 1 else f"{number} tasks: {sentence}")

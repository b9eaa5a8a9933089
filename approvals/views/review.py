"""One task: read the question, see what the policy asks for, decide."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from approvals import rules, selectors, services
from approvals.comparing import Change, changes
from approvals.forms import DecisionForm, FirstViewForm, ReassignForm
from approvals.models import ApprovalTask, Assignment, Decision, QuestionVersion, Verdict
from approvals.views.beside.evidence import evidence_of
from approvals.views.beside.execution import execution_of
from approvals.views.beside.stages import stage_views
from approvals.views.beside.timeline import timeline
from approvals.views.first_view import (
    answer_from,
    lettered,
    own_and_others,
    shown,
    without_key,
)
from core.answers import status_of
from core.errors import DomainError

SAID = {
    Verdict.APPROVED: "You approved this question.",
    Verdict.REJECTED: "You rejected this question.",
    Verdict.CHANGES_REQUESTED: "You asked for changes.",
}
MOST_COLLEAGUES = 200
WATCHED = timedelta(seconds=30)


@require_safe
def review(request: PersonRequest, task_id: UUID) -> HttpResponse:
    """The task if this person may see it, else 404. Mails link here: opening it changes nothing."""
    task = _visible(request, task_id)
    services.note_reading(task.version, by=request.user, through="page", task=task)
    return _page(request, task)


@require_POST
def decide(request: PersonRequest, task_id: UUID) -> HttpResponse:
    """Give the verdict; a refusal is shown on the page that it concerns."""
    task = _visible(request, task_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        problem = " ".join(str(text) for texts in form.errors.values() for text in texts)
        return _page(request, task, status=422, problem=problem, problem_field="comments")
    try:
        services.decide_task(task_id=task_id, actor=request.user, **form.cleaned_data)
    except DomainError as refusal:
        again = _visible(request, task_id)
        return _page(
            request,
            again,
            status=status_of(refusal),
            problem=str(refusal),
            problem_field=refusal.field or "",
            comment=form.cleaned_data["comment"],
        )
    if request.headers.get("HX-Request") == "true":
        return _page(request, _visible(request, task_id))
    return redirect("review", task_id)


@require_POST
def first_view(request: PersonRequest, task_id: UUID) -> HttpResponse:
    """Keep what the assessor would answer; then key and evidence are shown."""
    task = _visible(request, task_id)
    form = FirstViewForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    try:
        services.record_first_view(
            task_id=task_id,
            answer=answer_from(given.get("answer", ""), task),
            remark=given.get("remark", ""),
            digest=given.get("digest", ""),
            actor=request.user,
        )
    except DomainError as refusal:
        return _page(
            request,
            task,
            status=status_of(refusal),
            problem=str(refusal),
            problem_field=refusal.field or "",
            comment=given.get("comment", ""),
            remark=given.get("remark", ""),
        )
    if request.headers.get("HX-Request") == "true":
        return _page(request, task, comment=given.get("comment", ""), viewed=True)
    return redirect("review", task_id)


@require_POST
def claim(request: PersonRequest, task_id: UUID) -> HttpResponse:
    """Take a free place on a task that is offered to a group of the person's."""
    return _do(request, task_id, services.claim_task, "The task is yours now.")


@require_POST
def release(request: PersonRequest, task_id: UUID) -> HttpResponse:
    """Give a claimed place back, for others of the group to take."""
    return _do(request, task_id, services.release_task, "The task is free for your group again.")


@require_POST
def reassign(request: PersonRequest, task_id: UUID) -> HttpResponse:
    """Pass a place on to `assigned_to`; whoever no longer sees the task lands in the inbox."""
    form = ReassignForm(request.POST)
    if form.problem:
        return _page(request, _visible(request, task_id), status=422, problem=form.problem)
    wish = form.cleaned_data
    return _do(request, task_id, services.reassign_task, "The task was passed on.", **wish)


def _do(
    request: PersonRequest,
    task_id: UUID,
    service: Callable[..., ApprovalTask],
    done: str,
    **wish: str,
) -> HttpResponse:
    task = _visible(request, task_id)
    try:
        service(task_id=task_id, actor=request.user, **wish)
    except DomainError as refusal:
        return _page(request, task, status=status_of(refusal), problem=str(refusal))
    messages.success(request, done)
    if ApprovalTask.objects.visible_to(request.user).filter(pk=task_id).exists():
        return redirect("review", task_id)
    return redirect("inbox")


def _visible(request: PersonRequest, task_id: UUID) -> ApprovalTask:
    """The task with what the page reads, if this person may see it; 404 if not."""
    task = (
        ApprovalTask.objects.visible_to(request.user)
        .select_related(
            "question", "version__created_by", "request__requester", "assigned_by", "assigned_group"
        )
        .filter(pk=task_id)
        .first()
    )
    if task is None:
        raise Http404("There is no such task, or it is not yours to see.")
    return task


def _page(
    request: PersonRequest,
    task: ApprovalTask,
    *,
    status: int = 200,
    problem: str = "",
    problem_field: str = "",
    comment: str = "",
    remark: str = "",
    viewed: bool = False,
) -> HttpResponse:
    tasks = selectors.tasks_of(task.request)
    versions = selectors.versions_of(task.question)
    base, differences = _compared(task, versions)
    can = _what_one_can_do(request, next(each for each in tasks if each.pk == task.pk), task)
    own, told = own_and_others(
        selectors.first_views_of(task.request),
        task,
        request.user.pk,
        is_blind=can["may_decide"],
    )
    asks_for_key = request.GET.get("key") == "1"
    with_key = asks_for_key or own is not None or not can["may_decide"]
    context = {
        "task": task,
        "version": task.version,
        "options": lettered(task.version.content, with_key=with_key),
        "may_reveal": can["may_decide"] and own is None,
        "key_shown": with_key,
        "first_view": shown(own),
        "base": base,
        "differences": differences if with_key else without_key(differences),
        "stages": stage_views(task.request, tasks),
        "entries": timeline(task.request, tasks, versions, told),
        "execution": execution_of(task.request),
        "problem": problem,
        "problem_field": problem_field,
        "comment": comment,
        "remark": remark,
        "viewed": viewed,
        **can,
        **({} if can["may_decide"] and own is None else evidence_of(request.user, task)),
        **_where_to_go(request, task),
    }
    fragment = request.headers.get("HX-Request") == "true"
    template = "approvals/_review.html" if fragment else "approvals/review.html"
    if fragment:
        context |= {
            "fragment": True,
            "answered": request.method == "POST" and not viewed,
            "inbox_count": selectors.inbox_counts(request.user).mine,
        }
    return render(request, template, context, status=status)


def _compared(
    task: ApprovalTask, versions: list[QuestionVersion]
) -> tuple[QuestionVersion | None, list[Change]]:
    """The last approved version, else the one before this; and what changed since."""
    if len(versions) == 1:
        return None, []
    earlier = [version for version in versions if version.number < task.version.number]
    base = selectors.last_approved_version(task.question) or (earlier[0] if earlier else None)
    if base is None or base.pk == task.version_id:
        return None, []
    return base, changes(base.content, task.version.content)


def _what_one_can_do(
    request: PersonRequest, read: ApprovalTask, task: ApprovalTask
) -> dict[str, Any]:
    """`read` has its places and verdicts at hand, `task` what the rules ask about."""
    user = request.user
    own = next((each for each in read.decisions.all() if each.assessor_id == user.pk), None)
    places = [each for each in read.assignments.all() if each.state == Assignment.State.ACTIVE]
    mine = next((each for each in places if each.assessor_id == user.pk), None)
    refusal = _refusal(user, task) if own is None else None
    movable = [
        each for each in places if rules.allowed(rules.ensure_may_reassign, user, task, each)
    ]
    return {
        "own": own,
        "own_words": SAID[Verdict(own.verdict)] if own else "",
        "may_decide": own is None and refusal is None,
        "refusal": refusal,
        "outcome_by": _last(read),
        "is_being_told": _is_being_told(task),
        "may_claim": own is None
        and mine is None
        and task.assigned_group_id is not None
        and rules.allowed(rules.ensure_may_claim, user, task),
        "may_release": mine is not None and mine.claimed and task.is_pending,
        "movable": movable,
        "colleagues": selectors.assessors_for(task)[:MOST_COLLEAGUES] if movable else [],
    }


def _is_being_told(task: ApprovalTask) -> bool:
    """Whether the outcome is just now on its way to the workflow, so that looking again pays."""
    under_way = (ApprovalTask.Callback.AWAITING_TOKEN, ApprovalTask.Callback.READY)
    if task.decided_at is None or task.callback not in under_way:
        return False
    return timezone.now() - task.decided_at < WATCHED


def _refusal(user: Any, task: ApprovalTask) -> DomainError | None:
    try:
        rules.ensure_may_decide(user, task)
    except DomainError as refusal:
        return refusal
    return None


def _last(task: ApprovalTask) -> Decision | None:
    decisions = list(task.decisions.all())
    return decisions[-1] if decisions and not task.is_pending else None


def _where_to_go(request: PersonRequest, task: ApprovalTask) -> dict[str, Any]:
    user = request.user
    following = selectors.next_task_id(user, task)
    return {
        "next_id": following or _first_other(request, task),
        "previous_id": selectors.previous_task_id(user, task),
    }


def _first_other(request: PersonRequest, task: ApprovalTask) -> UUID | None:
    first = selectors.next_task_id(request.user)
    return first if first != task.pk else None

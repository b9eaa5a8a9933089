"""The review page's part that shows what a model noted; htmx brings it there."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from aiqueries.selectors.notes import State, TaskNotes, notes_on_task
from aiqueries.services.notes.drafting import draft_again
from aiqueries.services.notes.marking import mark_note
from core.answers import status_of
from core.errors import DomainError

MOST_POLLS = 150  # one every two seconds
MARKS = {"useful": True, "not": False, "none": None}


@require_safe
@never_cache
def notes(request: PersonRequest, task_id: UUID) -> HttpResponse:
    """How far the notes are. While they are drafted it asks again, five minutes at the most."""
    return _part(request, task_id)


@require_POST
def mark(request: PersonRequest, task_id: UUID, note_id: int) -> HttpResponse:
    """Say of a note that it is `useful` or `not`, or take that back (`none`)."""
    said = request.POST.get("mark", "")
    if said not in MARKS:
        return _part(request, task_id, problem="Say whether the note is useful.", status=422)
    try:
        mark_note(task_id=task_id, note_id=note_id, useful=MARKS[said], actor=request.user)
    except DomainError as refusal:
        return _part(request, task_id, problem=str(refusal), status=status_of(refusal))
    return _done(request, task_id, marked=note_id)


@require_POST
def again(request: PersonRequest, task_id: UUID) -> HttpResponse:
    """Ask once more for notes that could not be drafted."""
    try:
        draft_again(task_id=task_id, actor=request.user)
    except DomainError as refusal:
        return _part(request, task_id, problem=str(refusal), status=status_of(refusal))
    return _done(request, task_id)


def _done(request: PersonRequest, task_id: UUID, **more: Any) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        return redirect("review", task_id)
    return _part(request, task_id, **more)


def _part(request: PersonRequest, task_id: UUID, *, status: int = 200, **more: Any) -> HttpResponse:
    shown = notes_on_task(request.user, task_id)
    if shown is None:
        raise Http404("There is no such task, or it is not yours to see.")
    if shown.state == State.FIRST_VIEW_NEEDED:
        status = HTTPStatus.FORBIDDEN
    context = {"shown": shown, **_polling(request, shown), **more}
    return render(request, "aiqueries/_notes.html", context, status=status)


def _polling(request: PersonRequest, shown: TaskNotes) -> dict[str, Any]:
    polled = request.GET.get("polled", "")
    count = int(polled) if polled.isascii() and polled.isdigit() and len(polled) < 5 else 0
    waits = shown.state == State.DRAFTING or (shown.state == State.NOT_ASKED and shown.may_mark)
    return {"waits": waits, "next_poll": count + 1 if waits and count < MOST_POLLS else 0}

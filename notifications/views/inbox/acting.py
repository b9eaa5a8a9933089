"""What people do with their list. Each answers a script with rows, everybody else with the page."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import PersonRequest
from core.errors import DomainError, Invalid
from core.refusals import spoken_of
from notifications import selectors, services
from notifications.exceptions import NotificationNotFound
from notifications.models import Notification
from notifications.selectors import Box
from notifications.services import Step, Undo
from notifications.views.inbox.pages import UNDO, box_called, changes

_DONE = {
    Step.READ: "marked as read",
    Step.UNREAD: "marked as unread",
    Step.ARCHIVE: "archived",
    Step.UNARCHIVE: "moved to the inbox",
    Step.SNOOZE: "snoozed",
    Step.WAKE: "moved to the inbox",
}


@require_POST
def act(request: PersonRequest) -> HttpResponse:
    """
    Take a step with one, or with all that are ticked.

    `act` is the step and what it is about: "READ:12", "SNOOZE:tomorrow", or "ARCHIVE" alone.
    """
    box = box_called(request.POST.get("box", ""))
    try:
        step, ids, until = _asked(request)
        taken = services.take_step(step, ids=ids, person_id=request.user.pk, until=until)
    except DomainError as refusal:
        return _refused(request, box, refusal)
    number = len(taken.changed)
    said = f"{number} {_DONE[step]}." if len(ids) > 1 else f"{_DONE[step].capitalize()}."
    return _answer(request, box, ids, said if number else "Nothing changed.", taken.undo)


@require_POST
def take_back(request: PersonRequest) -> HttpResponse:
    """Put back what the last step changed."""
    box = box_called(request.POST.get("box", ""))
    try:
        changed = services.undo(request.POST.get("undo", ""), person_id=request.user.pk)
    except DomainError as refusal:
        return _refused(request, box, refusal)
    said = "Undone." if changed else "It has changed since: there is nothing to undo."
    return _answer(request, box, changed, said, Undo(person_id=str(request.user.pk)))


@require_POST
def see(request: PersonRequest) -> HttpResponse:
    """Told by the page once rows were in sight for a while."""
    ids = _ids(request.POST.getlist("id"))[: services.MOST_AT_ONCE]
    services.mark_seen(ids=ids, person_id=request.user.pk)
    return HttpResponse(status=204)


@require_POST
def mark_read(request: PersonRequest, notification_id: int) -> HttpResponse:
    """Told by the page when somebody follows a notification."""
    try:
        services.mark_read(notification_id=notification_id, person_id=request.user.pk)
    except NotificationNotFound as error:
        raise Http404(str(error)) from error
    return redirect("notifications")


@require_POST
def mark_all_read(request: PersonRequest) -> HttpResponse:
    count, undo = services.mark_all_read(person_id=request.user.pk)
    box = box_called(request.POST.get("box", ""))
    return _answer(request, box, [], f"{count} marked as read.", undo)


def _asked(request: PersonRequest) -> tuple[Step, list[int], datetime | None]:
    word, _, rest = request.POST.get("act", "").partition(":")
    if word not in Step.values:
        raise Invalid("Choose what to do.", field="act")
    step = Step(word)
    until = _until(request, rest) if step == Step.SNOOZE else None
    one = [rest] if rest and step != Step.SNOOZE else request.POST.getlist("id")
    ids = _ids(one)
    if not ids:
        raise Invalid("Select a notification first.", field="id")
    return step, ids, until


def _until(request: PersonRequest, name: str) -> datetime:
    zone = selectors.zone_of(request.user.pk)
    offered = {each.name: each.at for each in selectors.snooze_choices(timezone.now(), zone)}
    if name in offered:
        return offered[name]
    try:
        # As <input type="datetime-local"> writes it: the person's own clock.
        return datetime.fromisoformat(request.POST.get("own", "")).replace(tzinfo=zone)
    except ValueError:
        raise Invalid("Say until when.", field="until") from None


def _ids(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


def _refused(request: PersonRequest, box: Box, refusal: DomainError) -> HttpResponse:
    spoken_of(refusal)
    if request.headers.get("HX-Request") == "true":
        return changes(request, [], box, undo={"said": str(refusal), "token": ""}, status=422)
    messages.error(request, str(refusal))
    return redirect(_address(box))


def _answer(
    request: PersonRequest, box: Box, ids: list[int], said: str, undo: Undo
) -> HttpResponse:
    bar = {"said": said, "token": undo.sealed() if undo else ""}
    if request.headers.get("HX-Request") == "true":
        own = Notification.objects.of(request.user.pk)
        return changes(request, own.filter(pk__in=ids[: services.MOST_AT_ONCE]), box, undo=bar)
    request.session[UNDO] = bar
    return redirect(_address(box))


def _address(box: Box) -> str:
    return reverse("notifications") + ("" if box == Box.INBOX else f"?box={box}")

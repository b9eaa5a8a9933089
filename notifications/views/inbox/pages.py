"""The list behind the bell."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from core.pages import PAGE, neighbours, page_of
from notifications import selectors
from notifications.models import Notification
from notifications.selectors import ORDER, Box
from notifications.services import Step
from notifications.views.inbox.showing import Act, Shown

UNDO = "notifications-undo"  # in the session, for a page without scripts
MOST_ROWS = 100  # looked at again at once

# What can be done with all that are ticked.
TOGETHER = {
    Box.INBOX: (Step.READ, Step.UNREAD, Step.SNOOZE, Step.ARCHIVE),
    Box.UNREAD: (Step.READ, Step.SNOOZE, Step.ARCHIVE),
    Box.SNOOZED: (Step.WAKE, Step.ARCHIVE),
    Box.ARCHIVED: (Step.UNARCHIVE,),
}


@require_safe
@never_cache
def notifications(request: PersonRequest) -> HttpResponse:
    """One box of this person's notifications, newest first. Shows, and changes none of them."""
    box = box_called(request.GET.get("box", ""))
    page = page_of(request, selectors.in_box(request.user.pk, box), ORDER)
    now, zone = timezone.now(), selectors.zone_of(request.user.pk)
    context = {
        "box": box.value,
        "tabs": _tabs(box),
        "rows": shown(request, page.items, box),
        "together": [Act(step=step) for step in TOGETHER[box]],
        "is_newest": page.previous is None,
        "unread_count": selectors.unread_count(request.user.pk),
        "choices": list(selectors.snooze_choices(now, zone)),
        "zone": zone.key.replace("_", " "),
        "earliest": f"{now.astimezone(zone):%Y-%m-%dT%H:%M}",
        "undo": request.session.pop(UNDO, None) if UNDO in request.session else None,
        **neighbours(request, page),
    }
    return render(request, "notifications/list.html", context)


@require_safe
@never_cache
def rows(request: PersonRequest) -> HttpResponse:
    """
    The rows with these ids as they are now, wherever they are; and those of the box that are
    newer than the one of rank `after`.
    """
    box = box_called(request.GET.get("box", ""))
    own = Notification.objects.of(request.user.pk)
    found = list(own.filter(pk__in=_numbers(request.GET.getlist("id"))[:MOST_ROWS]))
    known = {row.pk for row in found}
    if after := _numbers([request.GET.get("after", "")]):
        newer = selectors.in_box(request.user.pk, box).filter(rank__gt=after[0])
        found += [row for row in newer.newest_first()[:PAGE] if row.pk not in known]
    return changes(request, found, box)


def changes(
    request: PersonRequest,
    found: Iterable[Notification],
    box: Box,
    *,
    undo: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """What the page's script puts in place of what it shows."""
    context: dict[str, Any] = {
        "box": box.value,
        "rows": shown(request, found, box),
        "unread_count": selectors.unread_count(request.user.pk),
        "undo": undo,
    }
    return render(request, "notifications/_changes.html", context, status=status)


def shown(request: PersonRequest, found: Iterable[Notification], box: Box) -> list[Shown]:
    now, zone = timezone.now(), selectors.zone_of(request.user.pk)
    return [Shown(told=told, here=selectors.is_in(told, box), zone=zone, now=now) for told in found]


def box_called(name: str) -> Box:
    """The box with this name; the inbox where none is named. Raises Http404."""
    if name and name not in Box.values:
        raise Http404("There is no such list.")
    return Box(name or Box.INBOX)


def _tabs(current: Box) -> list[dict[str, object]]:
    address = reverse("notifications")
    return [
        {
            "label": box.label,
            "url": address if box == Box.INBOX else f"{address}?box={box}",
            "is_current": box == current,
            "counts": box == Box.UNREAD,
        }
        for box in Box
    ]


def _numbers(texts: Iterable[str]) -> list[int]:
    """Those that may be ids; a page that asks for others is told of none."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]

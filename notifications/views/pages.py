"""The list behind the bell."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.keyset import BadCursor, Keyset
from notifications import selectors, services
from notifications.exceptions import NotificationNotFound
from notifications.models import Notification

A_PAGE = 25


@require_safe
@never_cache
@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    """This person's notifications, newest first; `?only=unread` leaves out what was read."""
    own = Notification.objects.of(request.user.pk)
    only_unread = request.GET.get("only") == "unread"
    try:
        page = Keyset(Notification, ["-rank", "-id"]).page(
            own.unread() if only_unread else own.inbox(),
            cursor=request.GET.get("cursor", ""),
            limit=A_PAGE,
        )
    except BadCursor as error:
        raise Http404(str(error)) from error
    return render(
        request,
        "notifications/list.html",
        {
            "page": page,
            "only_unread": only_unread,
            "unread": selectors.unread_count(request.user.pk),
        },
    )


@require_POST
@login_required
def mark_read(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Answers htmx with the row as it is now, and everybody else with the list."""
    try:
        services.mark_read(notification_id=notification_id, person_id=request.user.pk)
    except NotificationNotFound as error:
        raise Http404(str(error)) from error
    if request.headers.get("HX-Request") != "true":
        return redirect("notifications")
    notification = get_object_or_404(Notification, pk=notification_id)
    return render(request, "notifications/_row.html", {"notification": notification})


@require_POST
@login_required
def mark_all_read(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(person_id=request.user.pk)
    return redirect("notifications")

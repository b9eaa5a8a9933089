"""What every page shows around its content."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.live.access import events_origin
from accounts.models import User
from accounts.roles import ADMINISTRATORS, ALL_ROLES, ASSESSORS, has_role
from aiqueries.rules import may_ask
from approvals.selectors import inbox_counts
from config.web.navigation import address, navigation
from notifications.selectors import unread_count

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Lazy where it costs a query: fragments and error pages pay only for what they show."""
    user: User | AnonymousUser | None = getattr(request, "user", None)
    theme = request.COOKIES.get("theme", "")
    context = {"theme": theme if theme in THEMES else ""}
    if user is None or isinstance(user, AnonymousUser):
        return context
    return context | {
        "events_url": events_url(request),
        "navigation": SimpleLazyObject(lambda: navigation(request, _counts(request, user))),
        "shortcuts": user.keyboard_shortcuts,
        "ask_url": address("ai-ask") if may_ask(user) else "",
        "search_url": address("questions") if has_role(user, *ALL_ROLES) else "",
        "notifications_url": address("notifications"),
        "unread_count": SimpleLazyObject(lambda: unread_count(user.pk)),
    }


def _counts(request: HttpRequest, user: User) -> dict[str, int]:
    """What waits at each place. The inbox itself has counted already."""
    if not has_role(user, ASSESSORS, ADMINISTRATORS):
        return {}
    waiting = getattr(request, "inbox_count", None)
    return {"inbox": inbox_counts(user).mine if waiting is None else waiting}


def events_url(request: HttpRequest) -> str:
    """Where the page opens its live stream: a path, or in the local profile a port beside ours."""
    return f"{events_origin(request.get_host())}/events/"

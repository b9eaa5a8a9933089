"""The first page, and the one way in."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.roles import ADMINISTRATORS, ASSESSORS, AUDITORS, REQUESTERS, has_role

FIRST_PAGES = (
    (ASSESSORS, "inbox"),
    (REQUESTERS, "requests"),
    (ADMINISTRATORS, "inbox"),
    (AUDITORS, "activity"),
)


def home(request: HttpRequest) -> HttpResponse:
    """Straight to where this person's work is."""
    for role, page in FIRST_PAGES:
        if has_role(request.user, role):
            return redirect(page)
    return render(request, "no_role.html")


@login_not_required
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The admin has no sign-in of its own: one door is easier to watch."""
    if request.user.is_authenticated:
        # The admin sends here whoever is no staff; the sign-in would send them straight back.
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", reverse("admin:index")))

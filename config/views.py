"""The first page, and the one way in."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
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
    return redirect_to_login(request.GET.get("next", reverse("admin:index")))

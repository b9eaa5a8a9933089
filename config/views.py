"""The first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

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

"""When somebody is away, and who stands in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, ASSESSORS, role_required
from approvals import selectors, services
from approvals.forms import AbsenceForm
from approvals.models import Absence
from core.answers import status_of
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(ASSESSORS, ADMINISTRATORS)
def absences(request: PersonRequest) -> HttpResponse:
    """The person's own absences that are not over, and a form to say when they are away next."""
    form = AbsenceForm(request.POST or None, substitutes=_colleagues(request.user))
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        services.announce_absence(person=request.user, actor=request.user, **form.wish)
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, form, status=status_of(refusal))
    messages.success(request, "That is noted. What waits for you goes to whoever stands in.")
    return redirect("absences")


@require_POST
@role_required(ASSESSORS, ADMINISTRATORS)
def end(request: PersonRequest, absence_id: UUID) -> HttpResponse:
    """Be back now; 404 for an absence that is another's or over."""
    try:
        services.end_absence(absence_id=absence_id, actor=request.user)
    except DomainError as refusal:
        status_of(refusal)
        messages.error(request, str(refusal))
    else:
        messages.success(request, "You are here. What was passed on stays with whoever has it.")
    return redirect("absences")


def _colleagues(person: User) -> Any:
    return selectors.assessors().exclude(pk=person.pk)


def _page(request: PersonRequest, form: AbsenceForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    own = Absence.objects.filter(person=request.user).to_come(now).select_related("substitute")
    context = {"form": form, "absences": own.order_by("starts_at"), "now": now}
    return render(request, "approvals/absences.html", context, status=status)

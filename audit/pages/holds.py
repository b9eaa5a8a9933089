"""Legal holds, as auditors read them and administrators place and release them."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role, role_required
from audit.models import Hold, Scope
from audit.services.holds import LONGEST_REASON, place_hold, release_hold
from core.errors import DomainError

_MOST = 200  # on the page


class HoldForm(forms.Form):
    """What to hold and why; what must be said of which is the service's to judge."""

    scope = forms.ChoiceField(choices=Scope.choices, label="What to hold")
    kind = forms.CharField(
        max_length=40,
        required=False,
        label="Kind of thing",
        help_text="Such as question or request.",
    )
    object_id = forms.CharField(
        max_length=255, required=False, label="Id", help_text="Of the person or the thing."
    )
    reason = forms.CharField(
        max_length=LONGEST_REASON, label="Why", widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def holds(request: PersonRequest) -> HttpResponse:
    """All holds, those in force first; administrators place one."""
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            place_hold(**form.cleaned_data, actor=request.user)
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, "The hold is in force.")
            return redirect("audit-holds")
    return render(
        request,
        "audit/holds.html",
        {
            "form": form,
            "in_force": Hold.objects.in_force().newest_first()[:_MOST],
            "released": Hold.objects.filter(released_at__isnull=False).newest_first()[:_MOST],
            "may_hold": has_role(request.user, ADMINISTRATORS),
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
@role_required(AUDITORS, ADMINISTRATORS)
def release(request: PersonRequest, hold_id: int) -> HttpResponse:
    """End a hold, with a reason."""
    try:
        release_hold(hold_id=hold_id, reason=request.POST.get("reason", ""), actor=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The hold was released.")
    return redirect("audit-holds")

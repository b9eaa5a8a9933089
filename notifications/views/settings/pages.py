"""The page on which people say how they want to be told."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import escape
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import PersonRequest
from core.errors import DomainError
from core.refusals import spoken_of
from notifications.selectors import preferences_of
from notifications.services.preferences import preview, save_preferences
from notifications.views.settings.form import PreferencesForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PersonRequest) -> HttpResponse:
    """Shows what holds; a POST saves all of it, and a refused one comes back with a 422."""
    if request.method != "POST":
        return _page(request, PreferencesForm(preferences_of(request.user.pk)))
    form = PreferencesForm(preferences_of(request.user.pk), request.POST)
    if not form.is_valid() or not _saved(request, form):
        return _page(request, form, status=422)
    messages.success(request, "Your notification settings were saved.")
    return redirect("notification-settings")


@never_cache
@require_POST
def preview_settings(request: PersonRequest) -> HttpResponse:
    """What the form, not saved, would have sent last week: one sentence, or what is amiss."""
    form = PreferencesForm(preferences_of(request.user.pk), request.POST)
    if not form.is_valid():
        return HttpResponse(escape("Something in the form needs correcting first."))
    try:
        seen = preview(person_id=request.user.pk, settings=form.settings, choices=form.choices)
    except DomainError as refusal:
        return HttpResponse(escape(str(refusal)))
    return HttpResponse(escape(seen.said))


def _saved(request: PersonRequest, form: PreferencesForm) -> bool:
    try:
        save_preferences(
            person_id=request.user.pk,
            settings=form.settings,
            choices=form.choices,
            actor=request.user.as_actor(),
        )
    except DomainError as refusal:
        spoken_of(refusal)
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


def _page(request: PersonRequest, form: PreferencesForm, *, status: int = 200) -> HttpResponse:
    now = preview(person_id=request.user.pk, settings={}, choices={})
    channels = sorted({cell.channel for cell in form.preferences.cells}, key=_place)
    context = {"form": form, "channels": channels, "preview": now.said}
    return render(request, "notifications/settings.html", context, status=status)


def _place(channel: str) -> int:
    return ["IN_APP", "EMAIL", "CHAT", "WEBHOOK"].index(channel)

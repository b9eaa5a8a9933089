"""A person's own settings: name, look, keys, password and tokens."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import services
from accounts.exceptions import ApiTokenNotFound
from accounts.forms import ApiTokenForm, PasswordForm, ProfileForm, ShortcutsForm, ThemeForm
from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, ASSESSORS, has_role
from accounts.selectors import tokens_of
from core.refusals import spoken_of

YEAR = 365 * 24 * 60 * 60  # seconds


@never_cache
def settings_page(request: PersonRequest) -> HttpResponse:
    """Everything a person may change about themselves; never cached, for it lists tokens."""
    return _page(request)


@require_POST
def change_profile(request: PersonRequest) -> HttpResponse:
    """Save the person's name; a refused one comes back in the form, with a 422."""
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, profile_form=form)
    services.rename(user=request.user, name=form.cleaned_data["name"])
    messages.success(request, "Your name was saved.")
    return redirect("settings")


@require_POST
def change_shortcuts(request: PersonRequest) -> HttpResponse:
    """Switch single-key shortcuts; a form without the field means off, as checkboxes do."""
    form = ShortcutsForm(request.POST)
    form.full_clean()
    services.switch_shortcuts(user=request.user, on=form.cleaned_data["keyboard_shortcuts"])
    messages.success(request, "Your keyboard setting was saved.")
    return redirect("settings")


@require_POST
def change_theme(request: HttpRequest) -> HttpResponse:
    """Keep the look in a cookie: it belongs to the screen, not to the person."""
    form = ThemeForm(request.POST)
    onward = form.data.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure()):
        onward = "settings"
    response = redirect(onward)
    if form.is_valid() and form.cleaned_data["theme"]:
        response.set_cookie("theme", form.cleaned_data["theme"], max_age=YEAR, samesite="Lax")
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@sensitive_post_parameters()
@require_POST
def change_password(request: PersonRequest) -> HttpResponse:
    """Set a new password and stay signed in here; every other session ends."""
    form = PasswordForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, status=422, password_form=form)
    services.change_password(user=request.user, password=form.cleaned_data["new_password1"])
    update_session_auth_hash(request, request.user)
    messages.success(request, "Your password was changed. Other browsers are signed out.")
    return redirect("settings")


@never_cache
@require_POST
def create_token(request: PersonRequest) -> HttpResponse:
    """Show the secret on the answer itself: it is kept nowhere, not even for a redirect."""
    form = ApiTokenForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, token_form=form)
    made = services.create_api_token(
        user=request.user, actor=request.user.as_actor(), **form.cleaned_data
    )
    return _page(request, status=201, made=made)


@require_POST
def revoke_token(request: PersonRequest, token_id: UUID) -> HttpResponse:
    """End a token at once; one that is not this person's to end is told as not there."""
    try:
        token = services.revoke_api_token(token_id=token_id, actor=request.user.as_actor())
    except ApiTokenNotFound as refusal:
        spoken_of(refusal)
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The token “{token.name}” no longer works.")
    return redirect("settings")


def _page(request: PersonRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "profile_form": ProfileForm(initial={"name": request.user.name}),
        "password_form": PasswordForm(request.user),
        "token_form": ApiTokenForm(),
        "themes": ThemeForm.base_fields["theme"].choices,  # type: ignore[attr-defined]
        "tokens": tokens_of(request.user),
        "may_be_away": has_role(request.user, ASSESSORS, ADMINISTRATORS),
    }
    return render(request, "accounts/settings.html", context | forms, status=status)

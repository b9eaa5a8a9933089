"""The way in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from accounts.forms import SignInForm
from accounts.selectors import demo_people


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Sign in by e-mail address and password. The local profile shows whom one can be."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_initial(self) -> dict[str, Any]:
        return {"username": self.request.GET.get("email", "")[:254].replace("\x00", "")}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        if settings.ON_THIS_MACHINE:
            context["demo_people"] = demo_people()
        return super().get_context_data(**context)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@login_not_required
@never_cache
def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Too many wrong passwords for this person from this address."""
    return render(request, "accounts/locked_out.html", status=429)

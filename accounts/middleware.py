from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """
    Every page is for people who signed in, unless its view says `login_not_required`.

    A part of a page that htmx asks for after the session ended would show the sign-in page inside
    the page: the browser is sent there as a whole instead.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        response = super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request") != "true":
            return response
        return HttpResponse(headers={"HX-Redirect": response["Location"]})

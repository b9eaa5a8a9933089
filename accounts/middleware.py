from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """
    Every page is for people who signed in, unless its view says `login_not_required`.

    After the sign-in people are back on the page they were on: what they tried to send, or the
    part of a page that htmx asked for, is no page to come back to. htmx is told to move the whole
    browser, since it would show the sign-in inside the page.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        by_htmx = request.headers.get("HX-Request") == "true"
        if not by_htmx and request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        response = redirect_to_login(_page_behind(request), self.get_login_url(view_func))
        return HttpResponse(headers={"HX-Redirect": response["Location"]}) if by_htmx else response


def _page_behind(request: HttpRequest) -> str:
    """The path of the page that this request came from, or the first page."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        return "/"
    address = urlsplit(page)
    return address.path + (f"?{address.query}" if address.query else "")

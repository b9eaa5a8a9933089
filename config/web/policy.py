"""Where the Content-Security-Policy has to give way."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse


class AdminPolicyMiddleware:
    """
    Relaxes the Content-Security-Policy for the admin's views and nowhere else.

    Unfold's Alpine evaluates expressions and sets styles in the markup.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.resolver_match and "admin" in request.resolver_match.app_names:
            response._csp_replace = {  # type: ignore[attr-defined]
                "script-src": [SELF, UNSAFE_EVAL],
                "style-src": [SELF, UNSAFE_INLINE],
            }
        return response

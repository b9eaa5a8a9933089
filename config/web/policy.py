"""Where the Content-Security-Policy has to give way."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse


class AdminPolicyMiddleware:
    """
    Relaxes the Content-Security-Policy for the admin's views and nowhere else.

    Unfold's Alpine evaluates expressions and sets styles in the markup. A view of the admin may
    have a policy of its own, as the frame that shows a mail does.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        in_admin = request.resolver_match and "admin" in request.resolver_match.app_names
        if in_admin and not hasattr(response, "_csp_replace"):
            response._csp_replace = {  # type: ignore[attr-defined]
                "script-src": [SELF, UNSAFE_EVAL],
                "style-src": [SELF, UNSAFE_INLINE],
            }
        return response

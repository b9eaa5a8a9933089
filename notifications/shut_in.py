"""The HTML of a mail, shown so that it can do nothing."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.http import HttpResponse

# Whatever a mail brings, it runs nothing, loads nothing and sends nothing. A link opens in the
# whole window, and only when somebody follows it.
_FRAME = {
    "default-src": [NONE],
    "script-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "font-src": [NONE],
    "connect-src": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


def shut_in(html: str) -> HttpResponse:
    """What a frame of ours shows."""
    response = HttpResponse('<base target="_top">' + html)
    response._csp_replace = _FRAME  # type: ignore[attr-defined]
    return response

"""Pages and API, as a web server loads them; the event streams are config.asgi."""

import codecs
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """
    Django, but for bodies in something that Python calls a codec and that is no charset.

    Django would try to read the address in "hex" or "base64" before any middleware could refuse.
    """
    if _is_no_charset(environ.get("CONTENT_TYPE", "")):
        answer = b"What is sent has to be in UTF-8.\n"
        headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))]
        start_response("400 Bad Request", headers)
        return [answer]
    return django_application(environ, start_response)


def _is_no_charset(content_type: str) -> bool:
    try:
        _, parameters = parse_header_parameters(content_type)
        "".encode(parameters.get("charset", "utf-8"))
    except LookupError:
        # Django ignores a name that nobody knows.
        return _is_known(parameters["charset"])
    except (ValueError, UnicodeError):
        return False
    return False


def _is_known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True

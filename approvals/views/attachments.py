"""Attached files: for people who may read the question, at addresses that soon end."""

from typing import Any
from uuid import UUID

from csp.constants import NONE
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from approvals.bridges import files
from approvals.models import Attachment, KeptFile

# Whatever a file brings, it runs nothing, loads nothing, sends nothing and is framed by nobody.
NOTHING: dict[str, Any] = {
    "default-src": [NONE],
    "script-src": [NONE],
    "style-src": [NONE],
    "img-src": [NONE],
    "font-src": [NONE],
    "connect-src": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
    "sandbox": [],
}


@never_cache
@require_safe
def attachment(request: PersonRequest, attachment_id: UUID) -> HttpResponse:
    """Send on to the file's private address; 404 for who may not read its question."""
    visible = Attachment.objects.visible_to(request.user).with_file()
    found = visible.filter(pk=attachment_id).first()
    if found is None:
        raise Http404("There is no such file, or it is not yours to see.")
    return redirect(files.private_address(found))


@login_not_required
@require_safe
def file(request: HttpRequest, token: str) -> HttpResponse:
    """
    The file that a signed address names, until the address ends; 404 afterwards.

    The address itself is the permission, as it is on S3.
    """
    try:
        kept, name = files.read_address(token)
    except (BadSignature, KeptFile.DoesNotExist):
        raise Http404("This address is not valid any more.") from None
    if address := files.elsewhere(kept, name):
        return redirect(address)
    response = HttpResponse(files.content(kept), content_type=kept.media_type)
    response["Content-Disposition"] = files.disposition(kept.media_type, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = f"private, max-age={files.ADDRESS_LASTS}"
    response._csp_replace = NOTHING  # type: ignore[attr-defined]
    return response

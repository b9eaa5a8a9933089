"""What administrators do about what was parked. It is shown on the Activity page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, role_required
from approvals import services
from core.errors import DomainError
from core.refusals import spoken_of


@require_POST
@role_required(ADMINISTRATORS)
def retry(request: PersonRequest, repair_id: int) -> HttpResponse:
    """Have it looked at again; a second click is told that it is under way."""
    return _do(
        request,
        lambda: services.retry_repair(repair_id=repair_id, actor=request.user),
        "It is looked at again within a minute.",
    )


@require_POST
@role_required(ADMINISTRATORS)
def put_aside(request: PersonRequest, repair_id: int) -> HttpResponse:
    """Note with a comment that nothing more is to be done."""
    comment = request.POST.get("comment", "")
    return _do(
        request,
        lambda: services.put_repair_aside(repair_id=repair_id, comment=comment, actor=request.user),
        "It was put aside and is not told of again.",
    )


def _do(request: PersonRequest, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except DomainError as refusal:
        spoken_of(refusal)
        messages.warning(request, str(refusal))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(f"{reverse('activity')}#repairs")

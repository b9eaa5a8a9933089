"""What is recorded, and what is not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.roles import ADMINISTRATORS, AUDITORS, role_required
from audit.coverage import coverage as what_is_recorded


@require_safe
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def coverage(request: HttpRequest) -> HttpResponse:
    """What is recorded here, by which rule, and what slips past."""
    return render(request, "audit/coverage.html", {"found": what_is_recorded()})

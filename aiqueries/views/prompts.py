"""What becomes of the notes that models draft, by the wording that asked for them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from accounts.roles import role_required
from aiqueries.rules import MAY_SEE_ACCEPTANCE
from aiqueries.selectors.acceptance import acceptance


@never_cache
@require_safe
@role_required(*MAY_SEE_ACCEPTANCE)
def prompts(request: PersonRequest) -> HttpResponse:
    """Counts alone: no note, and nobody's mark."""
    rows = acceptance()
    context = {"rows": rows, "any_drafts": any(row.drafts for row in rows)}
    return render(request, "aiqueries/prompts.html", context)

"""What AI queries cost the organisation, and how well they were answered."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from accounts.roles import role_required
from aiqueries.rules import MAY_SEE_COSTS
from aiqueries.selectors.costs import calls_by_model, ends_without_answer, spending, troubles
from aiqueries.views.charts import DAYS, figures


@never_cache
@require_safe
@role_required(*MAY_SEE_COSTS)
def costs(request: PersonRequest) -> HttpResponse:
    """The last thirty days of everybody's queries: sums alone, and no words of anybody."""
    context = {
        "figures": figures(None),
        "models": calls_by_model(DAYS),
        "troubles": troubles(DAYS),
        "ends": ends_without_answer(DAYS),
        "budgets": spending(),
    }
    return render(request, "aiqueries/costs.html", context)

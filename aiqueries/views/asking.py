"""Ask a model: the form, the search for what it is about, and what would leave."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PersonRequest
from accounts.roles import role_required
from aiqueries import services
from aiqueries.forms import AskForm
from aiqueries.models import Query
from aiqueries.rules import MAY_ASK
from aiqueries.selectors.money import budget_state
from aiqueries.selectors.preview import offers, sending
from aiqueries.selectors.subjects import (
    CUSTOMER,
    QUESTION,
    find_customers,
    find_questions,
    key_of,
    subject,
)
from core.answers import status_of
from core.errors import DomainError

LONGEST_SEARCH = 200  # characters
# Names of what a page without scripts asks for instead of an answer.
FIND, CLEAR = "find", "clear"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*MAY_ASK)
def ask(request: PersonRequest) -> HttpResponse:
    """The form, and what it sends; a refusal comes back in it with what was typed."""
    if request.method != "POST":
        return _page(request, AskForm(user=request.user, initial=_prefilled(request)))
    if step := request.POST.get("step"):
        return _look_around(request, step)
    form = AskForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        query = services.ask_query_once(actor=request.user, **form.wish)
    except DomainError as refusal:
        said = form.refuse(refusal.field or "", str(refusal))
        problem = "" if said else str(refusal)
        return _page(request, form, status=status_of(refusal), problem=problem)
    return redirect("ai-query", query.pk)


@require_safe
@role_required(*MAY_ASK)
def find(request: PersonRequest) -> HttpResponse:
    """The options of the search, as one types."""
    return render(request, "aiqueries/_found.html", _found(request, request.GET.get("words", "")))


@require_safe
@role_required(*MAY_ASK)
def about(request: PersonRequest) -> HttpResponse:
    """The part of the form that says what it is about: one thing, or the search for one."""
    chosen = subject(request.user, request.GET.get("about", ""))
    return render(request, "aiqueries/_about.html", {"subject": chosen})


@require_safe
@role_required(*MAY_ASK)
def would_send(request: PersonRequest) -> HttpResponse:
    """What would leave, and where to, by what is chosen now."""
    chosen = subject(request.user, request.GET.get("about", ""))
    shown = sending(chosen, request.GET.get("model", "")[:100])
    return render(request, "aiqueries/_sending.html", {"sending": shown})


def _look_around(request: PersonRequest, step: str) -> HttpResponse:
    """Search, or take back what was chosen: nothing is asked, and nothing typed is lost."""
    typed = request.POST.dict()
    if step == CLEAR:
        typed.pop("about", None)
    found = _found(request, typed.get("words", "")) if step == FIND else {}
    return _page(request, AskForm(user=request.user, initial=typed), **found)


def _page(
    request: PersonRequest, form: AskForm, *, status: int = 200, problem: str = "", **found: Any
) -> HttpResponse:
    on_offer = offers()
    first = next((each.name for each in on_offer if each.has_price), "")
    model = str(form["model"].value() or "") or first
    context = {
        "form": form,
        "form_id": form["form_id"].value() or uuid4(),
        "subject": form.subject,
        "offers": on_offer,
        "model": model,
        "sending": sending(form.subject, model),
        "budgets": budget_state(request.user),
        "problem": problem,
        **found,
    }
    return render(request, "aiqueries/ask.html", context, status=status)


def _found(request: PersonRequest, words: str) -> dict[str, Any]:
    words = words[:LONGEST_SEARCH]
    groups = [
        ("Customers", find_customers(request.user, words)),
        ("Questions", find_questions(request.user, words)),
    ]
    return {
        "words": words,
        "groups": [group for group in groups if group[1]],
        "number": sum(len(subjects) for _, subjects in groups),
    }


def _prefilled(request: PersonRequest) -> dict[str, Any]:
    """From `question`, `customer`, or `again`, a query to be asked once more."""
    if again := request.GET.get("again"):
        return _again(request, again)
    for kind in (QUESTION, CUSTOMER):
        if wanted := request.GET.get(kind):
            return {"about": f"{kind}:{wanted}"}
    return {}


def _again(request: PersonRequest, again: str) -> dict[str, Any]:
    try:
        query = Query.objects.get(pk=UUID(again), owner=request.user)
    except (ValueError, Query.DoesNotExist):
        return {}
    about = key_of(query)
    return {
        "prompt": query.prompt,
        "about": ":".join(about) if about else "",
        "model": query.model,
        "max_cost": query.max_cost,
    }

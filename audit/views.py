"""The audit trail as auditors read it."""

from django.http import HttpRequest, HttpResponse
from django.http.response import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.roles import ADMINISTRATORS, AUDITORS, role_required
from audit import selectors
from audit.coverage import coverage as what_is_recorded
from audit.filters import EntryFilter
from audit.models import Entry
from core.keyset import BadCursor, Keyset

A_PAGE = 50


@require_safe
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def entries(request: HttpRequest) -> HttpResponse:
    """The entries that the filter asks for, newest first."""
    form = EntryFilter(request.GET)
    found = form.narrow(Entry.objects.named()) if form.is_valid() else Entry.objects.none()
    try:
        page = Keyset(Entry, ["-sequence"]).page(
            found, cursor=request.GET.get("cursor", ""), limit=A_PAGE
        )
    except BadCursor as error:
        raise Http404(str(error)) from error
    asked = request.GET.copy()
    asked.pop("cursor", None)
    return render(
        request,
        "audit/entries.html",
        {
            "form": form,
            "page": page,
            "asked": asked.urlencode(),
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
        },
        status=200 if form.is_valid() else 422,
    )


@require_safe
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def entry(request: HttpRequest, sequence: int) -> HttpResponse:
    """One entry with everything that is known about it."""
    found = get_object_or_404(Entry.objects.named(), sequence=sequence)
    record = selectors.record_of(sequence)
    return render(
        request, "audit/entry.html", {"entry": found, "detail": sorted(record["detail"].items())}
    )


@require_safe
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def coverage(request: HttpRequest) -> HttpResponse:
    """What is recorded here, by which rule, and what slips past."""
    return render(request, "audit/coverage.html", {"found": what_is_recorded()})

"""Exports: ask for one, see how far it is, fetch it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role, role_required
from audit.exceptions import ExportNotFound
from audit.models import Export, Person
from audit.reading.forms import ExportForm
from audit.reading.selection import Selection
from audit.services import exporting
from core.errors import DomainError
from core.pages import neighbours, page_of

ORDER = ("-asked_at", "-id")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def exports(request: PersonRequest) -> HttpResponse:
    """The exports there are, newest first, and the form to ask for one."""
    if request.method != "POST":
        return _page(request, ExportForm())
    form = ExportForm(request.POST)
    if form.is_valid():
        try:
            exporting.ask_for_export(
                selection=form.selection,
                with_names=form.cleaned_data["with_names"],
                person=request.user,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The export is being written. It appears below.")
            return redirect("audit-exports")
    return _page(request, form, status=422)


@require_safe
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def export_row(request: PersonRequest, export_id: UUID) -> HttpResponse:
    """One export's line of the list, which asks for itself again while it is under way."""
    export = get_object_or_404(exporting.visible_exports(request.user), pk=export_id)
    return render(request, "audit/_export.html", {"export": _described([export])[0]})


@require_safe
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def export_file(request: PersonRequest, export_id: UUID, file: str) -> HttpResponseBase:
    """One file of a finished export; that it was fetched is recorded."""
    try:
        opened = exporting.open_export(export_id=export_id, file=file, person=request.user)
    except ExportNotFound as refusal:
        raise Http404(str(refusal)) from None
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("audit-exports")
    return FileResponse(opened, as_attachment=True, filename=f"audit-{file}")


def _page(request: PersonRequest, form: ExportForm, *, status: int = 200) -> HttpResponse:
    page = page_of(request, exporting.visible_exports(request.user), ORDER)
    return render(
        request,
        "audit/exports.html",
        {
            "form": form,
            "exports": _described(page.items),
            "may_take_names": has_role(request.user, AUDITORS),
            **neighbours(request, page),
        },
        status=status,
    )


def _described(exports: list[Export]) -> list[dict[str, Any]]:
    """The exports with what people call those who asked and those who are asked for."""
    ids = {export.asked_by for export in exports}
    ids |= {person for export in exports for person in export.selection.get("people", [])}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "label"))
    return [
        {
            "export": export,
            "expected": f"{export.expected:,}",
            "written": f"{export.written:,}",
            "asker": names.get(export.asked_by, "Somebody"),
            "selection": _in_words(Selection.read(export.selection), names),
        }
        for export in exports
    ]


def _in_words(selection: Selection, names: dict[str, str]) -> str:
    """What is asked for, as people read it."""
    parts = []
    if selection.action:
        parts.append(selection.action)
    if selection.people:
        people = [names.get(person, person) for person in selection.people[:3]]
        more = ", …" if len(selection.people) > len(people) else ""
        parts.append(f"by {', '.join(people)}{more}")
    if selection.kind:
        parts.append(f"{selection.kind} {selection.thing}")
    if selection.since:
        parts.append(f"from {selection.since}")
    if selection.until:
        parts.append(f"to {selection.until}")
    return " · ".join(parts) or "The whole trail"

"""Files of questions: upload one, look at what is in it, take it in or throw it away."""

from string import ascii_uppercase
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, REQUESTERS, role_required
from approvals import services
from approvals.content import LONGEST_SUBJECT
from approvals.flaws import RULES, Flaw, Rule, find_flaws
from approvals.importing.rows import Format
from approvals.models import ImportRow, QuestionImport
from core.answers import status_of
from core.errors import DomainError
from core.pages import neighbours, page_of

NEWEST = ("-created_at", "-import_id")
IN_ORDER = ("id",)
# What the tabs show: name in the address, words, kind of row and where it is counted.
TABS = (
    ("all", "All", "", "rows_found"),
    ("good", "Good", ImportRow.Status.GOOD, "good"),
    ("duplicates", "Duplicates", ImportRow.Status.DUPLICATE, "duplicates"),
    ("errors", "Errors", ImportRow.Status.ERROR, "errors"),
)


class UploadForm(forms.Form):
    """A file, and what it does not say about itself."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        max_length=None,
        help_text="Up to 20 MB and 250,000 questions.",
    )
    format = forms.ChoiceField(
        label="Format", choices=[("", "As its content shows"), *Format.choices], required=False
    )
    subject = forms.CharField(
        label="Subject",
        max_length=LONGEST_SUBJECT,
        required=False,
        help_text="For questions that have none of their own.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(REQUESTERS, ADMINISTRATORS)
def upload(request: PersonRequest) -> HttpResponse:
    """The form, and what this person has imported so far."""
    if request.method != "POST":
        return _upload_page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        kept = services.upload_questions(
            file_name=file.name,
            data=file.read(),
            file_format=form.cleaned_data["format"],
            subject=form.cleaned_data["subject"],
            actor=request.user,
        )
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _upload_page(request, form, status=status_of(refusal))
    return redirect("import-preview", kept.pk)


@never_cache
@require_safe
@role_required(REQUESTERS, ADMINISTRATORS)
def preview(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """How far the checking has come; once done, every row with what will become of it."""
    return _preview(request, import_id, "approvals/import_preview.html")


@never_cache
@require_safe
@role_required(REQUESTERS, ADMINISTRATORS)
def progress(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """The part of the preview that the page asks for again and again while work goes on."""
    return _preview(request, import_id, "approvals/_import.html")


@require_POST
@role_required(REQUESTERS, ADMINISTRATORS)
def confirm(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Have the good rows taken in, in the background; the preview shows how far that has come."""
    try:
        services.confirm_import(import_id=import_id, actor=request.user)
    except DomainError as refusal:
        status_of(refusal)
        messages.error(request, str(refusal))
    return redirect("import-preview", import_id)


@require_POST
@role_required(REQUESTERS, ADMINISTRATORS)
def discard(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Give the file up with its rows; refused once it is being imported."""
    try:
        gone = services.discard_import(import_id=import_id, actor=request.user)
    except DomainError as refusal:
        status_of(refusal)
        messages.error(request, str(refusal))
        return redirect("import-preview", import_id)
    messages.success(request, f"{gone.file_name} was discarded. Nothing of it was imported.")
    return redirect("import")


def _upload_page(request: PersonRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    mine = QuestionImport.objects.visible_to(request.user).select_related("uploaded_by")
    page = page_of(request, mine, NEWEST)
    context = {"form": form, "imports": page.items, **neighbours(request, page)}
    return render(request, "approvals/import.html", context, status=status)


def _preview(request: PersonRequest, import_id: UUID, template: str) -> HttpResponse:
    visible = QuestionImport.objects.visible_to(request.user).select_related("uploaded_by")
    chosen = visible.filter(pk=import_id).first()
    if chosen is None:
        raise Http404("There is no such import, or it is not yours to see.")
    shown = request.GET.get("show", "all")
    kind = {name: kind for name, _, kind, _ in TABS}.get(shown, "")
    rows = chosen.rows.filter(status=kind) if kind else chosen.rows.all()
    page = page_of(request, rows, IN_ORDER)
    context = {
        "import": chosen,
        "rows": [] if chosen.is_at_work else [(row, _flaws(row)) for row in page.items],
        "rules": _rules_broken(chosen),
        "keys": list(zip(ascii_uppercase, chosen.findings.get("keys", []), strict=False)),
        "show": shown if kind else "all",
        "tabs": [(name, words, getattr(chosen, count)) for name, words, _, count in TABS],
        **neighbours(request, page),
    }
    return render(request, template, context)


def _flaws(row: ImportRow) -> list[Flaw]:
    """Of one shown row: a page has few, whatever the file has."""
    content = row.content
    return find_flaws(content) if content else []


def _rules_broken(chosen: QuestionImport) -> list[tuple[Rule, int]]:
    """The rules that questions of the file go against, and how many do, most first."""
    counted = sorted(chosen.findings.get("by_rule", {}).items(), key=lambda each: -each[1])
    return [(RULES[name], count) for name, count in counted if name in RULES]

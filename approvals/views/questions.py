"""Questions: find one, read it with its versions, write a new one, ask for approval."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, ALL_ROLES, AUDITORS, REQUESTERS, has_role, role_required
from approvals import rules, selectors, services
from approvals.comparing import Change, changes
from approvals.forms import QuestionFilter, QuestionForm, SecureForm, SubmitForm
from approvals.models import ApprovalRequest, Question, QuestionVersion
from approvals.selectors import FirstViewTally
from approvals.views.attaching import FileRows
from approvals.views.beside.evidence import flaws_of
from approvals.views.first_view import lettered
from core.answers import status_of
from core.errors import DomainError
from core.pages import neighbours, page_of

SAID = {
    True: "The question is secure. AI providers outside get it only if the policy names them.",
    False: "The question is not secure any more.",
}
ORDER = ("-created_at", "-question_id")


@require_safe
@role_required(*ALL_ROLES)
def questions(request: PersonRequest) -> HttpResponse:
    """The questions this person may read, newest first; a wish that makes no sense is left out."""
    wish = QuestionFilter(request.GET)
    wish.is_valid()
    found = selectors.questions_with_status(
        request.user,
        words=wish.cleaned_data.get("q", ""),
        subject=wish.cleaned_data.get("subject", ""),
        status=wish.cleaned_data.get("status", ""),
        secure=wish.cleaned_data.get("secure", ""),
    )
    page = page_of(request, found, ORDER)
    context = {
        "questions": page.items,
        "filter": wish,
        "is_filtered": any(wish.cleaned_data.values()),
        "may_submit": rules.allowed(rules.ensure_may_submit, request.user),
        **neighbours(request, page),
    }
    return render(request, "approvals/questions.html", context)


@require_safe
def question(request: PersonRequest, question_id: UUID) -> HttpResponse:
    """A question with its versions and requests; 404 for who may not read it."""
    asked = _visible(request, question_id)
    services.note_reading(asked, by=request.user, through="page")
    return _page(request, asked)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(REQUESTERS, ADMINISTRATORS)
def new_question(request: PersonRequest) -> HttpResponse:
    """The empty form, and what it sends; a refusal comes back in it with what was typed."""
    form = QuestionForm(request.POST or None)
    files = FileRows.sent(request)
    context = {"form": form, "files": files}
    if not form.is_valid() or files.errors:
        status = 422 if form.is_bound else 200
        return render(request, "approvals/new_question.html", context, status=status)
    try:
        made = services.create_question(
            content=form.content(),
            attachments=files.wanted,
            is_secure=form.cleaned_data["is_secure"],
            actor=request.user,
        )
    except DomainError as refusal:
        form.refuse(refusal.field or "", str(refusal))
        files.refuse(refusal.field or "", str(refusal))
        return render(request, "approvals/new_question.html", context, status=status_of(refusal))
    messages.success(request, "The question was saved. Ask for its approval when it is ready.")
    return redirect("question", made.pk)


@require_POST
def revise(request: PersonRequest, question_id: UUID) -> HttpResponse:
    """Write a new version; if assessors asked for changes, it goes straight back to them."""
    asked = _visible(request, question_id)
    form, files = QuestionForm(request.POST), FileRows.sent(request, asked)
    if not form.is_valid() or files.errors:
        return _page(request, asked, status=422, form=form, files=files)
    try:
        version = services.revise_question(
            question_id=question_id,
            content=form.content(),
            attachments=files.wanted,
            actor=request.user,
        )
    except DomainError as refusal:
        form.refuse(refusal.field or "", str(refusal))
        files.refuse(refusal.field or "", str(refusal))
        status = status_of(refusal)
        return _page(request, asked, status=status, problem=str(refusal), form=form, files=files)
    messages.success(request, f"Version {version.number} was saved.")
    return redirect("question", question_id)


@require_POST
def secure(request: PersonRequest, question_id: UUID) -> HttpResponse:
    """Mark the question as secure where `secure` is sent, else take the mark away."""
    asked = _visible(request, question_id)
    form = SecureForm(request.POST)
    form.is_valid()
    try:
        marked = services.mark_secure(
            question_id=question_id, secure=form.cleaned_data["secure"], actor=request.user
        )
    except DomainError as refusal:
        return _page(request, asked, status=status_of(refusal), problem=str(refusal))
    messages.success(request, SAID[marked.is_secure])
    return redirect("question", question_id)


@require_POST
def submit(request: PersonRequest, question_id: UUID) -> HttpResponse:
    """Ask for approval of the newest version."""
    asked = _visible(request, question_id)
    form = _submit_form(request)
    if not form.is_valid():
        return _page(request, asked, status=422, submit_form=form)
    try:
        made = services.request_approval(question_id=question_id, actor=request.user, **form.wish)
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(
            request, asked, status=status_of(refusal), problem=str(refusal), submit_form=form
        )
    messages.success(request, "Approval was asked for. The assessors have been told.")
    return redirect("request", made.pk)


def _visible(request: PersonRequest, question_id: UUID) -> Question:
    found = Question.objects.visible_to(request.user).select_related("created_by")
    asked = found.filter(pk=question_id).first()
    if asked is None:
        raise Http404("There is no such question, or it is not yours to see.")
    return asked


def _page(
    request: PersonRequest, asked: Question, *, status: int = 200, problem: str = "", **forms: Any
) -> HttpResponse:
    versions = selectors.versions_of(asked)
    requests = list(asked.requests.select_related("requester", "version").order_by("-created_at"))
    under_way = next((each for each in requests if each.is_open), None)
    context = {
        "question": asked,
        "options": lettered(asked.content),
        "first_views": _tally(request, asked),
        "versions": _with_changes(versions),
        "flaws": flaws_of(versions[0], under_way.policy_copy if under_way else None),
        "flaws_off": under_way.policy_copy.flaws_off if under_way else (),
        "requests": requests,
        "under_way": under_way,
        "problem": problem,
        "may_read_requests": _readable(request, requests),
        "may_mark": rules.allowed(rules.ensure_may_revise, request.user, asked, under_way),
        "may_revise": rules.allowed(rules.ensure_may_revise, request.user, asked, under_way)
        and rules.allowed(rules.ensure_open_for_revision, under_way),
        "may_submit": rules.allowed(rules.ensure_may_submit, request.user) and not under_way,
        "form": QuestionForm(shown=asked.content),
        "files": FileRows(asked.content),
    }
    if context["may_submit"]:
        context["submit_form"] = _submit_form(request)
    return render(request, "approvals/question.html", context | forms, status=status)


def _tally(request: PersonRequest, asked: Question) -> FirstViewTally | None:
    """What first views say of the key, for those who see to the whole."""
    if not has_role(request.user, ADMINISTRATORS, AUDITORS):
        return None
    return selectors.first_view_tally(asked)


def _readable(request: PersonRequest, requests: list[ApprovalRequest]) -> set[UUID]:
    """Those of the requests that this person may open."""
    visible = ApprovalRequest.objects.visible_to(request.user)
    return set(visible.filter(pk__in=[each.pk for each in requests]).values_list("pk", flat=True))


def _submit_form(request: PersonRequest) -> SubmitForm:
    return SubmitForm(
        request.POST if request.method == "POST" else None,
        assessors=selectors.assessors().exclude(pk=request.user.pk),
        policies=selectors.policies_on_offer(),
    )


def _with_changes(versions: list[QuestionVersion]) -> list[tuple[QuestionVersion, list[Change]]]:
    """Each version with what it changed in the one before it; the first changed nothing."""
    before = [*versions[1:], None]
    return [
        (version, changes(older.content, version.content) if older else [])
        for version, older in zip(versions, before, strict=True)
    ]

"""Near-duplicates: beside a question, beside a draft, and for the rows of a file."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, REQUESTERS, role_required
from approvals import selectors
from approvals.comparing import Change, set_beside
from approvals.content import InvalidContent, QuestionContent
from approvals.forms import QuestionForm
from approvals.models import ImportRow, Question, QuestionImport
from approvals.selectors import Similar

SHOWN = 5
ROWS_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class SimilarView:
    """A question that is nearly the same, how near it is in per cent, and what differs."""

    question: Question
    percent: int
    text_percent: int
    options_percent: int
    differences: list[Change]


@dataclass(frozen=True, kw_only=True)
class RepeatedRow:
    """A row of a file that nearly repeats questions here."""

    line: int
    text: str
    found: list[SimilarView]
    hidden: int


@require_safe
@never_cache
def similar_questions(request: PersonRequest, question_id: UUID) -> HttpResponse:
    """What nearly repeats a question: the part of its page that is fetched after the rest."""
    asked = Question.objects.visible_to(request.user).filter(pk=question_id).first()
    if asked is None:
        raise Http404("There is no such question, or it is not yours to see.")
    context = similar_of(request.user, asked.content, asked.pk)
    return render(request, "approvals/_similar.html", context)


@require_POST
@role_required(REQUESTERS, ADMINISTRATORS)
def similar_to_draft(request: PersonRequest) -> HttpResponse:
    """What nearly repeats what is being typed; nothing while that is no whole question."""
    form = QuestionForm(request.POST)
    try:
        content = form.content() if form.is_valid() else None
    except InvalidContent:
        content = None
    if content is None:
        return HttpResponse()
    context = similar_of(request.user, content) | {"is_draft": True}
    return render(request, "approvals/_similar.html", context)


@require_safe
@never_cache
@role_required(REQUESTERS, ADMINISTRATORS)
def similar_to_rows(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Which of these rows of a file (`row`, again and again) nearly repeat questions here."""
    visible = QuestionImport.objects.visible_to(request.user)
    if not visible.filter(pk=import_id, status=QuestionImport.Status.READY).exists():
        raise Http404("There is no such import, or it does not wait for a look.")
    wanted = [int(each) for each in request.GET.getlist("row")[:ROWS_AT_ONCE] if each.isdecimal()]
    rows = ImportRow.objects.filter(
        question_import=import_id, pk__in=wanted, status=ImportRow.Status.GOOD
    )
    looked_at = [_repeated(request.user, row) for row in rows.order_by("pk")]
    repeated = [each for each in looked_at if each.found or each.hidden]
    return render(request, "approvals/_import_similar.html", {"repeated": repeated})


def similar_of(user: User, content: QuestionContent, but: UUID | None = None) -> dict[str, Any]:
    """For templates/approvals/_similar.html. `but` is the question that has this content."""
    alike = selectors.similar_to(content, user, but=but, limit=SHOWN)
    return {
        "similar": [_view(each, content) for each in alike.found],
        "similar_hidden": alike.hidden,
    }


def _repeated(user: User, row: ImportRow) -> RepeatedRow:
    content = QuestionContent(row.question_text, tuple(row.options), row.correct_answer)
    alike = selectors.similar_to(content, user, limit=1)
    return RepeatedRow(
        line=row.line,
        text=row.question_text,
        found=[_view(each, content) for each in alike.found],
        hidden=alike.hidden,
    )


def _view(similar: Similar, content: QuestionContent) -> SimilarView:
    return SimilarView(
        question=similar.question,
        percent=_percent(similar.score),
        text_percent=_percent(similar.text),
        options_percent=_percent(similar.options),
        differences=set_beside(similar.question.content, content),
    )


def _percent(score: float) -> int:
    """Whole, and 100 only where nothing is missing."""
    return int(score * 100)

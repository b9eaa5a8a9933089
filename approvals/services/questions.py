"""Writing questions down, and writing them anew."""

import uuid
from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from approvals import rules
from approvals.content import QuestionContent
from approvals.events import QuestionCreated, QuestionMarked, QuestionRevised
from approvals.exceptions import NothingChanged, QuestionNotFound
from approvals.models import ApprovalRequest, Question, QuestionVersion
from approvals.services.bringing.attaching import Wanted, keep_attachments, with_attachments
from outbox.publishing import publish

WORDS = ("question_text", "options", "correct_answer", "subject", "attachments")


@transaction.atomic
def create_question(
    *,
    content: QuestionContent,
    attachments: Sequence[Wanted] = (),
    is_secure: bool = False,
    actor: User,
) -> Question:
    """
    Keep a new question as its first version, marked as `is_secure` says (see mark_secure).

    Raises NotARequester, and for `attachments` what approvals.services.bringing.attaching refuses.
    """
    rules.ensure_may_submit(actor)
    content = with_attachments(content, attachments, actor=actor)
    question, version = write_question(content, actor)
    publish(
        QuestionCreated(
            question_id=str(question.pk),
            question_title=question.title,
            subject=question.subject,
            version=version.number,
            digest=version.digest,
        ),
        actor=actor.as_actor(),
    )
    if is_secure:
        mark(question, secure=True, actor=actor)
    return question


@transaction.atomic
def mark_secure(*, question_id: uuid.UUID, secure: bool, actor: User) -> Question:
    """
    Mark a question as secure, or take the mark away; also while it is being judged.

    A secure question goes to no AI provider outside unless the organisation's policy names it.
    Saying the same twice is saying it once. Raises QuestionNotFound and NotYours.
    """
    question, request = _locked(question_id)
    rules.ensure_may_revise(actor, question, request)
    if question.is_secure != secure:
        mark(question, secure=secure, actor=actor)
    return question


def mark(question: Question, *, secure: bool, actor: User) -> None:
    """Set the mark and tell of it, in the caller's transaction."""
    question.is_secure = secure
    question.save(update_fields=["is_secure"])
    publish(
        QuestionMarked(question_id=str(question.pk), question_title=question.title, secure=secure),
        actor=actor.as_actor(),
    )


def write_question(content: QuestionContent, author: User) -> tuple[Question, QuestionVersion]:
    """A question and its first version, in the caller's transaction."""
    question = Question.objects.create(
        question_text=content.question_text,
        options=list(content.options),
        correct_answer=content.correct_answer,
        subject=content.subject,
        attachments=[each.as_json() for each in content.attachments],
        created_by=author,
    )
    version = write_version(question, content, author)
    keep_attachments(version, (), author)
    return question, version


def write_version(question: Question, content: QuestionContent, author: User) -> QuestionVersion:
    """The question's newest version, numbered as the question says."""
    return QuestionVersion.objects.create(
        question=question,
        number=question.latest_version,
        question_text=content.question_text,
        options=list(content.options),
        correct_answer=content.correct_answer,
        subject=content.subject,
        attachments=[each.as_json() for each in content.attachments],
        digest=content.digest,
        created_by=author,
    )


@transaction.atomic
def revise_question(
    *,
    question_id: uuid.UUID,
    content: QuestionContent,
    attachments: Sequence[Wanted] | None = None,
    actor: User,
) -> QuestionVersion:
    """
    Write a new version. If assessors asked for changes, their stage goes on with this version.

    It has these `attachments`; None keeps those of the version before. Raises QuestionNotFound,
    NotYours, UnderReview while a request is being judged, NothingChanged when the newest version
    says the same, and what approvals.services.bringing.attaching refuses.
    """
    question, request = _locked(question_id)
    rules.ensure_may_revise(actor, question, request)
    rules.ensure_open_for_revision(request)
    content = with_attachments(content, attachments, actor=actor, question=question)
    if content == question.content:
        raise NothingChanged("The new version says what the last one said.")

    version = _write_next_version(question, content, actor)
    if request is not None:
        request.version = version
        request.status = ApprovalRequest.Status.PENDING
        request.save(update_fields=["version", "status"])
    publish(
        QuestionRevised(
            question_id=str(question.pk),
            question_title=question.title,
            subject=question.subject,
            request_id=str(request.pk) if request else "",
            requester_id=str(request.requester_id) if request else "",
            version=version.number,
            digest=version.digest,
        ),
        actor=actor.as_actor(),
    )
    return version


def _locked(question_id: uuid.UUID) -> tuple[Question, ApprovalRequest | None]:
    """The question, and its open request if it has one, both locked."""
    try:
        question = Question.objects.select_for_update(no_key=True).get(pk=question_id)
    except Question.DoesNotExist:
        raise QuestionNotFound("There is no such question.") from None
    open_requests = ApprovalRequest.objects.open().filter(question=question)
    return question, next(iter(open_requests.select_for_update(no_key=True)), None)


def _write_next_version(
    question: Question, content: QuestionContent, author: User
) -> QuestionVersion:
    before = question.content.attachments
    question.question_text = content.question_text
    question.options = list(content.options)
    question.correct_answer = content.correct_answer
    question.subject = content.subject
    question.attachments = [each.as_json() for each in content.attachments]
    question.latest_version += 1
    question.save(update_fields=[*WORDS, "latest_version"])
    version = write_version(question, content, author)
    keep_attachments(version, before, author)
    return version

"""Asking for approval."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from approvals import rules
from approvals.content import QuestionContent
from approvals.events import RequestSubmitted
from approvals.exceptions import QuestionNotFound, UnderReview
from approvals.models import ApprovalRequest, Question, QuestionVersion
from approvals.policy import Policy
from approvals.services.bringing.attaching import Wanted, with_attachments
from approvals.services.opening import open_task
from approvals.services.planning import plan
from approvals.services.questions import mark, write_question
from outbox.publishing import publish


@transaction.atomic
def submit_request(
    *,
    content: QuestionContent,
    attachments: Sequence[Wanted] = (),
    assigned_to: str = "",
    policy: Any = None,
    is_secure: bool = False,
    actor: User,
) -> ApprovalRequest:
    """
    Keep a new question and ask for its approval; the workflow starts once this is committed.

    `assigned_to` and `policy` are explained at approvals.services.planning.plan, with what they
    raise; `is_secure` at approvals.services.questions.mark_secure. Raises NotARequester, and what
    approvals.services.bringing.attaching refuses.
    """
    rules.ensure_may_submit(actor)
    planned = plan(assigned_to=assigned_to, policy=policy, barred=frozenset([actor.pk]))
    content = with_attachments(content, attachments, actor=actor)
    question, version = write_question(content, actor)
    if is_secure:
        mark(question, secure=True, actor=actor)
    return _submit(question, version, planned, actor)


@transaction.atomic
def request_approval(
    *, question_id: uuid.UUID, assigned_to: str = "", policy: Any = None, actor: User
) -> ApprovalRequest:
    """
    Ask for approval of a question's newest version.

    Raises QuestionNotFound, UnderReview while another request for it is open, and what
    submit_request raises.
    """
    rules.ensure_may_submit(actor)
    visible = Question.objects.visible_to(actor).filter(pk=question_id)
    question = visible.select_for_update(of=("self",), no_key=True).first()
    if question is None:
        raise QuestionNotFound("There is no such question.")
    if ApprovalRequest.objects.open().filter(question=question).exists():
        raise UnderReview("The question has an open request already.")
    version = QuestionVersion.objects.get(question=question, number=question.latest_version)
    barred = frozenset([actor.pk, question.created_by_id, version.created_by_id])
    planned = plan(assigned_to=assigned_to, policy=policy, barred=barred)
    return _submit(question, version, planned, actor)


def _submit(
    question: Question, version: QuestionVersion, policy: Policy, requester: User
) -> ApprovalRequest:
    request = ApprovalRequest.objects.create(
        question=question, version=version, requester=requester, policy=policy.as_json()
    )
    open_task(request, stage=0, round_=0, at=timezone.now())
    publish(
        RequestSubmitted(
            request_id=str(request.pk),
            question_id=str(question.pk),
            question_title=question.title,
            subject=question.subject,
            requester_id=str(requester.pk),
            version=version.number,
            digest=version.digest,
        ),
        actor=requester.as_actor(),
    )
    return request

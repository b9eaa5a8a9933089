"""What an assessor answers before the key is shown."""

import uuid

from django.db import transaction

from accounts.models import User
from approvals import rules
from approvals.events import FirstViewRecorded
from approvals.exceptions import (
    FirstViewAlreadyRecorded,
    InvalidComment,
    StaleContent,
    TaskNotFound,
    UnknownOption,
)
from approvals.models import ApprovalTask, FirstView
from approvals.services.deciding import checked_comment
from outbox.publishing import publish

LONGEST_REMARK = 2_000  # characters


@transaction.atomic
def record_first_view(
    *, task_id: uuid.UUID, answer: str | None, remark: str = "", digest: str = "", actor: User
) -> FirstView:
    """
    Keep what this assessor would answer, for the content with this digest. It is said once.

    `answer` is the text of an option, or nothing for "I cannot tell". An empty `digest` stands
    for the task's own. Raises TaskNotFound, StaleContent, UnknownOption, InvalidComment,
    FirstViewAlreadyRecorded and what rules.ensure_may_decide raises.
    """
    remark = _checked(remark)
    try:
        task = ApprovalTask.objects.locked(task_id)
    except ApprovalTask.DoesNotExist:
        raise TaskNotFound("There is no such task.") from None
    rules.ensure_may_decide(actor, task)
    version = task.version
    if digest and digest != version.digest:
        raise StaleContent("The question has changed since you read it. Read it again first.")
    if answer and answer not in version.options:
        raise UnknownOption("The answer is not one of the options.", field="answer")
    if task.first_views.filter(assessor=actor, version=version).exists():
        raise FirstViewAlreadyRecorded("Your first view is recorded. A second one would be none.")

    view = FirstView.objects.create(
        task=task,
        version=version,
        assessor=actor,
        answer=answer or "",
        remark=remark,
        agrees=answer == version.correct_answer if answer else None,
        digest=version.digest,
    )
    _tell(view, task, actor)
    return view


def _checked(remark: str) -> str:
    if len(remark) > LONGEST_REMARK:
        raise InvalidComment(f"A remark has at most {LONGEST_REMARK:,} characters.", field="remark")
    return checked_comment(remark, field="remark")


def _tell(view: FirstView, task: ApprovalTask, actor: User) -> None:
    publish(
        FirstViewRecorded(
            task_id=str(task.pk),
            request_id=str(task.request_id),
            question_id=str(task.question_id),
            version=task.version.number,
            digest=view.digest,
            assessor_id=str(actor.pk),
            answered=bool(view.answer),
            agrees=view.agrees,
        ),
        actor=actor.as_actor(),
    )

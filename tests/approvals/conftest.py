"""A question, and ways to put it before the assessors."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from approvals import services
from approvals.content import QuestionContent
from approvals.models import ApprovalTask, Assignment
from outbox.models import Event

CONTENT = QuestionContent.checked(
    question_text="What is 2 + 2?", options=["3", "4", "5"], correct_answer="4", subject="Maths"
)
REVISED = QuestionContent.checked(
    question_text="What is two plus two?", options=["3", "4"], correct_answer="4", subject="Maths"
)


@pytest.fixture
def submit(ben, asha):
    """Submit a question as Ben, to Asha unless said otherwise; return the request."""

    def submit_it(content=CONTENT, assigned_to=asha.email, policy=None, actor=ben):
        return services.submit_request(
            content=content, assigned_to=assigned_to, policy=policy, actor=actor
        )

    return submit_it


@pytest.fixture
def task(submit):
    """Asha's task."""
    return submit().tasks.get()


@pytest.fixture
def board(asha, ada, ben):
    """A group with Asha, Ada and the requester in it."""
    group = Group.objects.create(name="maths-board")
    group.user_set.add(asha, ada, ben)
    return group


@pytest.fixture
def offered(submit, board):
    """A task that is offered to the board."""
    return submit(assigned_to="", policy={"stages": [{"group": "maths-board"}]}).tasks.get()


def make_overdue(task):
    """Let the task's due time have passed a minute ago."""
    past = timezone.now() - timedelta(minutes=1)
    ApprovalTask.objects.filter(pk=task.pk).update(due_at=past)
    Assignment.objects.filter(task=task).update(due_at=past)


def decide(task, actor, verdict="APPROVED", comment="", **more):
    if verdict != "APPROVED" and not comment:
        comment = "The key is wrong."
    return services.decide_task(
        task_id=task.pk, verdict=verdict, comment=comment, actor=actor, **more
    )


def decided_events():
    return Event.objects.filter(name="approvals.task_decided")


def refused(task, actor, refusal, **what):
    """Try to decide, and return the refusal: nothing was told to anybody."""
    with pytest.raises(refusal) as caught:
        decide(task, actor, **what)
    task.refresh_from_db()
    assert not decided_events().exists()
    return caught.value

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from approvals.events import (
    RequestClosed,
    RevisionRequested,
    TaskAssigned,
    TaskDecided,
    TaskReassigned,
)
from core.actor import SYSTEM
from outbox.events import Envelope
from outbox.publishing import publish_all

# Nothing of this may be found in a mail.
TITLE = "Which gas law relates pressure and volume?"
TASK, REQUEST, QUESTION = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))

ASSIGNED = TaskAssigned(
    task_id=TASK,
    request_id=REQUEST,
    question_id=QUESTION,
    question_title=TITLE,
    subject="Physics",
    requester_id="",
    assessor_ids=[],
    group="",
    stage=0,
    due_at="2026-11-24T10:30:00+00:00",
)
REASSIGNED = TaskReassigned(
    task_id=TASK,
    request_id=REQUEST,
    question_id=QUESTION,
    question_title=TITLE,
    subject="Physics",
    from_assessor_id="",
    to_assessor_id="",
    due_at="2026-11-24T10:30:00+00:00",
)
CHANGES = RevisionRequested(
    request_id=REQUEST, question_id=QUESTION, question_title=TITLE, requester_id=""
)
CLOSED = RequestClosed(
    request_id=REQUEST,
    question_id=QUESTION,
    question_title=TITLE,
    subject="Physics",
    requester_id="",
    status="APPROVED",
)


def assigned_to(*people, **fields):
    return replace(ASSIGNED, assessor_ids=[str(person.id) for person in people], **fields)


def happen(*events, actor=SYSTEM):
    """Publish these facts in a transaction of their own."""
    with transaction.atomic():
        return publish_all(events, actor=actor)


@pytest.fixture
def told(deliver_all):
    """Let these things happen and be delivered."""

    def run(*events, actor=SYSTEM):
        ids = happen(*events, actor=actor)
        deliver_all()
        return ids

    return run


def heard(event, *, at=None, actor=SYSTEM, request=""):
    """A pair as subscribers get it, of something that happened now, or then."""
    return event, Envelope(
        event_id=str(uuid4()),
        occurred_at=at or timezone.now(),
        actor=actor,
        correlation_id=request,
    )


def new_task(*people, **fields):
    """An assignment of a task of its own."""
    return assigned_to(*people, task_id=str(uuid4()), **fields)


def decided_by(person, verdict="APPROVED", outcome="APPROVED"):
    """The decision that ends TASK."""
    return TaskDecided(
        task_id=TASK,
        request_id=REQUEST,
        question_id=QUESTION,
        question_title=TITLE,
        requester_id="",
        digest="",
        assessor_id=str(person.id),
        verdict=verdict,
        outcome=outcome,
    )

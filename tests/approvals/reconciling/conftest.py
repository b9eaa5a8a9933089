"""Requests that something has gone wrong with, and a clock that has moved on since."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from approvals.bridges import reconciling
from approvals.models import ApprovalRequest, ApprovalTask, Repair
from outbox.models import Delivery, Event
from tests.approvals.conftest import submit  # noqa: F401
from tests.contract.conftest import elsewhere, stub  # noqa: F401
from workflows import services as workflows
from workflows.models import Message

# Every time that anything here is judged by, as table, key and columns.
_TIMES = {
    "approval_requests": ["created_at", "closed_at", "check_at", "ask_at"],
    "approval_tasks": ["created_at", "decided_at", "updated_at"],
    "question_versions": ["created_at"],
    "question_imports": ["created_at"],
    "workflows_execution": ["started_at", "stopped_at"],
    "workflows_historyevent": ["occurred_at"],
    "approval_repairs": ["created_at", "settled_at"],
}


def let_time_pass(**length):
    """Move everything that has happened into the past, the deadlines left as they are."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Versions are written once, and the history goes forward: triggers see to that.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, columns in _TIMES.items():
            changes = ", ".join(f"{column} = {column} - %s" for column in columns)
            cursor.execute(f"UPDATE {table} SET {changes}", [timedelta(**length)] * len(columns))
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def lose_deliveries(*subscribers):
    """The outbox forgets what these were to hear; all of them if none is named."""
    lost = Delivery.objects.filter(status="WAITING")
    if subscribers:
        lost = lost.filter(subscriber__in=subscribers)
    assert lost.delete()[0]


def run():
    """A round two minutes later."""
    let_time_pass(minutes=2)
    return reconciling.reconcile()


def execution_of(request):
    return workflows.describe(name=request.execution_name)


def stop_behind_our_back(request, **reason):
    """Stopped in the engine, and nobody has told us."""
    workflows.stop_execution(name=request.execution_name, **reason)
    lose_deliveries("approvals.close_what_the_workflow_left_open")


def forget_tokens(request):
    """What the engine sent is gone from its messages, too."""
    Message.objects.filter(execution__name=request.execution_name, body__isnull=False).update(
        body=None
    )


def repairs():
    """Kind and state of each, the first found first."""
    return list(Repair.objects.order_by("pk").values_list("kind", "state"))


def events(name):
    return Event.objects.filter(name=f"approvals.{name}")


def fresh(request):
    return ApprovalRequest.objects.get(pk=request.pk)


def task_of(request, **which):
    return ApprovalTask.objects.get(request=request, **which)


@pytest.fixture
def started(submit, deliver_all):  # noqa: F811
    """A request whose execution waits for Asha."""
    request = submit()
    deliver_all()
    return request

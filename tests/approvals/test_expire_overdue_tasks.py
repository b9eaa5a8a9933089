import pytest
from django.db import connection, transaction

from approvals import services
from approvals.models import ApprovalTask
from outbox.models import Event
from tests.approvals.conftest import decide, make_overdue
from tests.outbox.test_claim import elsewhere


def test_a_task_past_its_due_time_expires(task, asha):
    make_overdue(task)

    assert services.expire_overdue_tasks() == 1

    task.refresh_from_db()
    assert task.status == "EXPIRED"
    assert task.assignments.get().state == "ENDED"


def test_expiry_is_an_event_that_names_the_assessors(task, asha, ben):
    make_overdue(task)

    services.expire_overdue_tasks()

    event = Event.objects.get(name="approvals.task_expired")
    assert event.payload["assessor_ids"] == [str(asha.pk)]
    assert event.payload["requester_id"] == str(ben.pk)


def test_a_task_that_is_not_due_yet_stays(task):
    assert services.expire_overdue_tasks() == 0

    task.refresh_from_db()
    assert task.status == "PENDING"


def test_a_decided_task_does_not_expire(task, asha):
    decide(task, asha)
    make_overdue(task)

    assert services.expire_overdue_tasks() == 0


def test_expiring_twice_is_expiring_once(task):
    make_overdue(task)
    services.expire_overdue_tasks()

    assert services.expire_overdue_tasks() == 0
    assert Event.objects.filter(name="approvals.task_expired").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_task_that_is_being_decided_is_left_to_its_decider(task):
    make_overdue(task)

    with transaction.atomic():
        ApprovalTask.objects.locked(task.pk)
        expired_elsewhere = elsewhere(services.expire_overdue_tasks)

    assert expired_elsewhere == 0
    assert connection.in_atomic_block is False

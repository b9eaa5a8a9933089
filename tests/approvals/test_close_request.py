import uuid

import pytest

from approvals import services
from approvals.exceptions import DecisionUnderWay, NotYours, RequestClosed, RequestNotFound
from approvals.models import ApprovalRequest
from outbox.models import Event
from tests.approvals.conftest import decide

CLOSED = ApprovalRequest.Status.REJECTED


def cancel(request, actor):
    return services.cancel_request(request_id=request.pk, actor=actor)


def close(request, status):
    services.close_requests({request.pk: ApprovalRequest.Status(status)})
    return ApprovalRequest.objects.get(pk=request.pk)


def test_the_requester_withdraws_a_request(task, ben, asha):
    request = cancel(task.request, ben)

    task.refresh_from_db()
    assert (request.status, task.status, task.callback) == ("CANCELLED", "CANCELLED", "MOOT")
    assert task.assignments.get().state == "ENDED"


def test_the_assessors_who_had_it_are_named_in_the_event(task, ben, asha):
    cancel(task.request, ben)

    event = Event.objects.get(name="approvals.request_cancelled")
    assert event.payload["assessor_ids"] == [str(asha.pk)]


def test_an_administrator_may_withdraw_it(task, admin_person):
    assert cancel(task.request, admin_person).status == "CANCELLED"


def test_an_assessor_may_not(task, asha):
    with pytest.raises(NotYours):
        cancel(task.request, asha)

    task.refresh_from_db()
    assert task.status == "PENDING"


def test_a_closed_request_is_not_withdrawn(task, ben):
    cancel(task.request, ben)

    with pytest.raises(RequestClosed):
        cancel(task.request, ben)

    assert Event.objects.filter(name="approvals.request_cancelled").count() == 1


def test_a_request_that_is_not_there_is_not_found(ben):
    with pytest.raises(RequestNotFound):
        cancel(ApprovalRequest(), ben)


def test_a_decision_on_its_way_is_not_overtaken(task, asha, ben):
    decide(task, asha)

    with pytest.raises(DecisionUnderWay):
        cancel(task.request, ben)

    task.request.refresh_from_db()
    assert task.request.status == "PENDING"


@pytest.mark.parametrize("status", ["APPROVED", "REJECTED"])
def test_the_workflows_outcome_is_taken_over(task, asha, status):
    decide(task, asha, status)

    request = close(task.request, status)

    assert request.status == status
    assert request.closed_at is not None
    assert Event.objects.get(name="approvals.request_closed").payload["status"] == status


def test_the_same_outcome_twice_changes_nothing(task, asha):
    decide(task, asha)
    first = close(task.request, "APPROVED").closed_at

    assert close(task.request, "APPROVED").closed_at == first
    assert Event.objects.filter(name="approvals.request_closed").count() == 1


def test_a_late_word_does_not_reopen_what_was_withdrawn(task, ben):
    cancel(task.request, ben)

    assert close(task.request, "APPROVED").status == "CANCELLED"


@pytest.mark.parametrize(("status", "left"), [("EXPIRED", "EXPIRED"), ("FAILED", "CANCELLED")])
def test_a_task_left_open_is_closed_too(task, status, left):
    close(task.request, status)

    task.refresh_from_db()
    assert (task.status, task.callback) == (left, "MOOT")
    assert task.assignments.get().state == "ENDED"


def test_where_one_request_is_not_there_none_is_closed(task):
    unknown = uuid.UUID("11111111-1111-4111-8111-111111111111")

    with pytest.raises(RequestNotFound):
        services.close_requests({task.request_id: CLOSED, unknown: CLOSED})

    task.request.refresh_from_db()
    assert task.request.status == "PENDING"


def test_a_new_request_may_follow_a_closed_one(task, ben, asha):
    cancel(task.request, ben)

    again = services.request_approval(
        question_id=task.question_id, assigned_to=asha.email, actor=ben
    )

    assert again.status == "PENDING"

"""After the due time a verdict may still count; then it is over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import services
from approvals.bridges.workflow import execution_input
from approvals.exceptions import TaskOverdue, UnknownGroup, UnknownPerson
from approvals.models import ApprovalRequest, ApprovalTask
from approvals.policy import ENGINE_GRACE, parse_policy
from approvals.services.repairs.reopening import reopen_request
from approvals.views.beside.stages import stage_views
from tests.approvals.conftest import decide, make_overdue, refused


@pytest.fixture
def lenient(submit, asha):
    """A task of Asha's with a day of grace."""
    stage = {"assessors": [asha.email], "due_hours": 1, "grace_hours": 24}
    return submit(assigned_to="", policy={"stages": [stage]}).tasks.get()


def long_ago(task):
    past = timezone.now() - timedelta(hours=25)
    ApprovalTask.objects.filter(pk=task.pk).update(due_at=past)


def test_a_verdict_in_the_grace_time_counts(lenient, asha):
    make_overdue(lenient)

    decide(lenient, asha)

    lenient.refresh_from_db()
    assert lenient.status == "APPROVED"


def test_a_task_in_its_grace_time_does_not_expire(lenient):
    make_overdue(lenient)

    assert services.expire_overdue_tasks() == 0


def test_after_the_grace_time_it_expires(lenient):
    long_ago(lenient)

    assert services.expire_overdue_tasks() == 1

    lenient.refresh_from_db()
    assert lenient.status == "EXPIRED"


def test_a_verdict_after_the_grace_time_is_refused(lenient, asha):
    long_ago(lenient)

    refused(lenient, asha, TaskOverdue)


def test_a_place_may_be_passed_on_in_the_grace_time(lenient, asha, ada):
    make_overdue(lenient)

    services.reassign_task(task_id=lenient.pk, assigned_to=ada.email, actor=asha)

    assert lenient.assignments.active().get().assessor == ada


def test_the_workflow_waits_as_long_as_people_may(lenient):
    assert execution_input(lenient.request)["timeouts"] == [25 * 3600 + ENGINE_GRACE]


def test_the_answer_says_until_when_a_verdict_counts(lenient, client, asha):
    client.force_login(asha)

    answer = client.get(f"/api/v1/approval-tasks/{lenient.pk}/").json()

    assert answer["closes_at"] == (lenient.due_at + timedelta(hours=24)).isoformat().replace(
        "+00:00", "Z"
    )


def test_a_task_that_goes_on_after_a_fault_has_its_reminders_anew(submit):
    task = submit().tasks.get()
    services.close_requests({task.request_id: ApprovalRequest.Status.FAILED})
    ApprovalTask.objects.update(next_step_at=None)

    reopen_request(request_id=task.request_id)

    task.refresh_from_db()
    assert task.next_step_at == task.due_at - timedelta(hours=24)


def test_somebody_to_escalate_to_has_to_be_known(submit, asha):
    stage = {"assessors": [asha.email], "escalate_to": ["eve@example.com"]}

    with pytest.raises(UnknownPerson) as caught:
        submit(assigned_to="", policy={"stages": [stage]})

    assert caught.value.field == "policy.stages[0].escalate_to"


def test_somebody_to_escalate_to_may_read_questions_anyway(submit, asha, cleo):
    stage = {"assessors": [asha.email], "escalate_to": [cleo.email]}

    with pytest.raises(UnknownPerson):
        submit(assigned_to="", policy={"stages": [stage]})


def test_a_group_to_escalate_to_has_to_be_known(submit, asha):
    stage = {"assessors": [asha.email], "escalate_to": ["chemistry-board"]}

    with pytest.raises(UnknownGroup) as caught:
        submit(assigned_to="", policy={"stages": [stage]})

    assert caught.value.field == "policy.stages[0].escalate_to"


def test_people_to_escalate_to_are_kept_by_id_and_shown_by_address(submit, client, asha, ada, ben):
    stage = {"assessors": [asha.email], "escalate_to": [ada.email, "requester", "administrators"]}
    request = submit(assigned_to="", policy={"stages": [stage]})
    client.force_login(ben)

    shown = client.get(f"/api/v1/approval-requests/{request.pk}/").json()["stages"][0]

    assert request.stages[0].escalate_to == (str(ada.pk), "requester", "administrators")
    assert shown["escalate_to"] == [ada.email, "requester", "administrators"]


def test_the_strip_of_stages_says_who_hears_when(lenient, asha):
    stage = {"assessors": [asha.email], "remind_hours": [48, 2], "grace_hours": 12}
    policy = parse_policy({"stages": [stage]}).as_json()
    policy["stages"][0]["assessors"] = [str(asha.pk)]
    lenient.request.policy = policy

    (shown,) = stage_views(lenient.request, [lenient])

    assert shown.timing == "Reminder 48 h and 2 h before it is due. Verdicts count until 12 h after"

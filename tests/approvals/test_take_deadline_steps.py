"""Reminders before a task is due, nags after it, and each of them once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from approvals import services
from approvals.deadlines import Step, StepKind
from approvals.models import ApprovalTask, Assignment, DeadlineStep
from approvals.services.deadlines import reminding
from outbox.models import Event
from tests.approvals.conftest import decide
from tests.conftest import wait_until_someone_waits_for_a_lock
from tests.outbox.test_claim import elsewhere

HOUR = timedelta(hours=1)


@pytest.fixture
def wait_for(submit, asha):
    """A task that the workflow waits for, due in three days, with the given stage."""

    def make(**stage):
        said = {"assessors": [asha.email], "remind_hours": [24, 2], **stage}
        task = submit(assigned_to="", policy={"stages": [said]}).tasks.get()
        ApprovalTask.objects.filter(pk=task.pk).update(task_token_generation="1")
        return task

    return make


def let_pass(task, hours):
    """Have so many hours gone by since the task was opened."""
    task.refresh_from_db()
    moved = {"due_at": task.due_at - hours * HOUR}
    if task.next_step_at:
        moved["next_step_at"] = task.next_step_at - hours * HOUR
    ApprovalTask.objects.filter(pk=task.pk).update(**moved)
    Assignment.objects.filter(task=task).update(due_at=moved["due_at"])


def told(name):
    return list(Event.objects.filter(name=f"approvals.{name}").order_by("id"))


def test_a_reminder_comes_before_the_due_time(wait_for, asha):
    task = wait_for()
    let_pass(task, 48.1)

    assert services.take_deadline_steps() == 1

    (event,) = told("task_reminder_due")
    task.refresh_from_db()
    assert event.payload["assessor_ids"] == [str(asha.pk)]
    assert event.payload["due_at"] == task.due_at.isoformat()
    assert task.next_step_at == task.due_at - 2 * HOUR


def test_before_its_time_nobody_is_reminded(wait_for):
    let_pass(wait_for(), 47.9)

    assert services.take_deadline_steps() == 0
    assert told("task_reminder_due") == []


def test_the_same_reminder_comes_once(wait_for):
    let_pass(wait_for(), 48.1)
    services.take_deadline_steps()

    assert services.take_deadline_steps() == 0
    assert len(told("task_reminder_due")) == 1


def test_the_next_reminder_comes_in_its_time(wait_for):
    task = wait_for()
    let_pass(task, 48.1)
    services.take_deadline_steps()
    task.refresh_from_db()

    services.take_deadline_steps(task.due_at - HOUR)

    assert [step.number for step in DeadlineStep.objects.order_by("id")] == [0, 1]


def test_of_reminders_that_were_missed_only_the_last_comes(wait_for):
    task = wait_for()
    let_pass(task, 71)

    assert services.take_deadline_steps() == 1

    assert [step.number for step in task.deadline_steps.all()] == [1]
    assert len(told("task_reminder_due")) == 1


def test_nobody_is_reminded_of_what_is_decided(wait_for, asha):
    task = wait_for()
    let_pass(task, 48.1)
    decide(task, asha)

    assert services.take_deadline_steps() == 0


def test_nobody_is_reminded_of_what_they_were_not_asked_yet(wait_for):
    task = wait_for()
    let_pass(task, 48.1)
    ApprovalTask.objects.filter(pk=task.pk).update(task_token_generation="")

    assert services.take_deadline_steps() == 0


def test_who_has_decided_is_not_reminded_for_the_others(wait_for, asha, ada):
    task = wait_for(assessors=[asha.email, ada.email], approve_n=2)
    decide(task, asha)
    let_pass(task, 48.1)

    services.take_deadline_steps()

    assert told("task_reminder_due")[0].payload["assessor_ids"] == [str(ada.pk)]


def test_while_a_seat_is_free_the_whole_group_is_reminded(wait_for, board, asha, ada):
    task = wait_for(assessors=[], group="maths-board")
    let_pass(task, 48.1)

    services.take_deadline_steps()

    event = told("task_reminder_due")[0]
    assert set(event.payload["assessor_ids"]) == {str(asha.pk), str(ada.pk)}
    assert event.payload["group"] == "maths-board"


def test_once_it_is_claimed_only_who_has_it_is_reminded(wait_for, board, asha):
    task = wait_for(assessors=[], group="maths-board")
    services.claim_task(task_id=task.pk, actor=asha)
    let_pass(task, 48.1)

    services.take_deadline_steps()

    assert told("task_reminder_due")[0].payload["assessor_ids"] == [str(asha.pk)]


def test_overdue_within_the_grace_time_is_told_with_the_last_chance(wait_for, asha):
    task = wait_for(grace_hours=24)
    let_pass(task, 72.1)

    services.take_deadline_steps()

    task.refresh_from_db()
    (event,) = told("task_overdue")
    assert event.payload["number"] == 0
    assert event.payload["assessor_ids"] == [str(asha.pk)]
    assert event.payload["closes_at"] == (task.due_at + 24 * HOUR).isoformat()


def test_the_policy_says_who_is_told_when_it_is_overdue(wait_for, ada, ben, admin_person):
    task = wait_for(grace_hours=24, escalate_to=[ada.email, "requester", "administrators"])
    let_pass(task, 72.1)

    services.take_deadline_steps()

    people = {str(person.pk) for person in (ada, ben, admin_person)}
    assert set(told("task_overdue")[0].payload["escalated_ids"]) == people


def test_of_a_group_only_those_are_told_who_may_read_questions(wait_for, board, cleo, ada, asha):
    board.user_set.set([cleo, ada])
    let_pass(wait_for(grace_hours=24, escalate_to=["maths-board"]), 72.1)

    services.take_deadline_steps()

    assert told("task_overdue")[0].payload["escalated_ids"] == [str(ada.pk)]


def test_who_is_told_may_read_what_it_is_about(wait_for, client, ada):
    task = wait_for(grace_hours=24, escalate_to=[ada.email])
    client.force_login(ada)
    assert client.get(f"/requests/{task.request_id}/").status_code == 404
    let_pass(task, 72.1)

    services.take_deadline_steps()

    assert client.get(f"/requests/{task.request_id}/").status_code == 200
    assert client.get(f"/questions/{task.question_id}/").status_code == 200


def test_who_is_told_may_still_not_decide(wait_for, client, ada):
    task = wait_for(grace_hours=24, escalate_to=[ada.email])
    let_pass(task, 72.1)
    services.take_deadline_steps()
    client.force_login(ada)

    answer = client.post(f"/tasks/{task.pk}/decide/", {"verdict": "APPROVED", "digest": "0"})

    assert answer.status_code == 404


def test_a_nag_repeats_it_to_those_asked_and_to_nobody_else(wait_for, ada, asha):
    task = wait_for(grace_hours=24, nag_hours=4, escalate_to=[ada.email])
    let_pass(task, 72.1)
    services.take_deadline_steps()
    let_pass(task, 4)

    services.take_deadline_steps()

    # The task was moved, so that its due time is another: what counts is what the events say.
    first, second = told("task_overdue")
    assert (first.payload["number"], second.payload["number"]) == (0, 1)
    assert second.payload["assessor_ids"] == [str(asha.pk)]


def test_a_later_step_tells_the_others_no_second_time(wait_for, ada):
    task = wait_for(grace_hours=24, nag_hours=4, escalate_to=[ada.email])
    let_pass(task, 72.1)
    services.take_deadline_steps()
    task.refresh_from_db()

    services.take_deadline_steps(task.due_at + 5 * HOUR)

    assert [len(event.payload["escalated_ids"]) for event in told("task_overdue")] == [1, 0]


def test_where_the_first_was_missed_the_next_tells_them(wait_for, ada):
    task = wait_for(grace_hours=24, nag_hours=4, escalate_to=[ada.email])
    let_pass(task, 77)

    services.take_deadline_steps()

    (event,) = told("task_overdue")
    assert (event.payload["number"], len(event.payload["escalated_ids"])) == (1, 1)


def test_a_decision_ends_the_nagging(wait_for, asha):
    task = wait_for(grace_hours=24, nag_hours=4)
    let_pass(task, 72.1)
    services.take_deadline_steps()
    decide(task, asha)
    task.refresh_from_db()

    assert services.take_deadline_steps(task.due_at + 5 * HOUR) == 0


def test_expiry_ends_the_nagging(wait_for):
    task = wait_for(grace_hours=24, nag_hours=4)
    let_pass(task, 97)

    assert services.take_deadline_steps() == 0
    assert services.expire_overdue_tasks() == 1


def test_the_nagging_ends_by_itself(wait_for):
    task = wait_for(grace_hours=500, nag_hours=1)
    let_pass(task, 72.1)
    task.refresh_from_db()

    taken = [services.take_deadline_steps(task.due_at + hours * HOUR) for hours in range(1, 40)]

    task.refresh_from_db()
    assert sum(taken) == 10
    assert task.next_step_at is None


def test_without_grace_the_others_hear_of_it_when_it_expires(wait_for, ada, ben):
    let_pass(wait_for(escalate_to=[ada.email, "requester"]), 73)

    services.expire_overdue_tasks()

    assert told("task_expired")[0].payload["escalated_ids"] == [str(ada.pk)]


def test_who_was_told_that_it_is_overdue_is_not_told_of_the_end(wait_for, ada):
    task = wait_for(grace_hours=1, escalate_to=[ada.email])
    let_pass(task, 72.1)
    services.take_deadline_steps()
    task.refresh_from_db()

    services.expire_overdue_tasks(task.due_at + HOUR)

    assert told("task_expired")[0].payload["escalated_ids"] == []


def test_who_left_is_not_told(wait_for, ada):
    task = wait_for(grace_hours=1, escalate_to=[ada.email])
    ada.is_active = False
    ada.save()
    let_pass(task, 72.1)

    services.take_deadline_steps()

    assert told("task_overdue")[0].payload["escalated_ids"] == []


def test_many_tasks_are_taken_in_portions(wait_for, monkeypatch):
    monkeypatch.setattr(reminding, "STEPS_AT_ONCE", 2)
    for _ in range(5):
        let_pass(wait_for(), 48.1)

    assert services.take_deadline_steps() == 5


@pytest.mark.django_db(transaction=True)
def test_a_second_timer_passes_over_what_the_first_has_in_hand(wait_for):
    let_pass(wait_for(), 48.1)

    with transaction.atomic():
        ours = services.take_deadline_steps()
        theirs = elsewhere(services.take_deadline_steps)

    assert (ours, theirs) == (1, 0)
    assert services.take_deadline_steps() == 0
    assert len(told("task_reminder_due")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_timers_that_both_found_the_task_write_the_step_once(wait_for):
    """Were there no lock on the task: the row of the step alone keeps a second reminder away."""
    task = wait_for()
    due = {task: Step(StepKind.REMINDER, 0, task.due_at)}
    second = []

    def other_timer():
        with transaction.atomic():
            second.append(reminding._record(due))
        connections.close_all()

    with transaction.atomic():
        first = reminding._record(due)
        racing = threading.Thread(target=other_timer)
        racing.start()
        wait_until_someone_waits_for_a_lock()
    racing.join(10)

    assert first == [task]
    assert second == [[]]
    assert DeadlineStep.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_timer_that_is_killed_has_done_nothing_and_the_next_does_it_once(wait_for):
    let_pass(wait_for(), 48.1)

    def killed():
        with transaction.atomic(), connection.cursor() as cursor:
            taken = services.take_deadline_steps()
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            return taken

    with pytest.raises(Exception, match=r"terminat|closed"):
        elsewhere(killed)

    assert (told("task_reminder_due"), DeadlineStep.objects.count()) == ([], 0)
    assert services.take_deadline_steps() == 1
    assert len(told("task_reminder_due")) == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_being_decided_is_left_to_its_decider(wait_for):
    task = wait_for()
    let_pass(task, 48.1)

    with transaction.atomic():
        ApprovalTask.objects.locked(task.pk)
        taken_elsewhere = elsewhere(services.take_deadline_steps)

    assert taken_elsewhere == 0

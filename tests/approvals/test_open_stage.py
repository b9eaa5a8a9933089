import pytest

from approvals import services
from approvals.models import ApprovalTask
from outbox.models import Event
from tests.approvals.conftest import REVISED, decide

FIRST = "2026-11-21T08:00:00.000Z/000000"
LATER = "2026-11-21T08:00:05.000Z/000001"


def open_stage(request, stage=0, round_=0, token="token-1", generation=FIRST):
    """Bring one token; return the task if it is settled already."""
    waiting = services.Waiting(
        request_id=request.pk, stage=stage, round_=round_, token=token, generation=generation
    )
    return next(iter(services.open_stages([waiting])), None)


def assigned_events():
    return Event.objects.filter(name="approvals.task_assigned")


def test_the_token_is_kept_on_the_task(task):
    assert open_stage(task.request) is None

    task.refresh_from_db()
    assert (task.task_token, task.callback) == ("token-1", "READY")


def test_the_assessor_is_told(task, asha):
    open_stage(task.request)

    payload = assigned_events().get().payload
    assert payload["assessor_ids"] == [str(asha.pk)]
    assert payload["task_id"] == str(task.pk)
    assert "token-1" not in str(payload)


def test_the_members_of_a_group_are_told_without_the_requester(offered, asha, ada):
    open_stage(offered.request)

    payload = assigned_events().get().payload
    assert set(payload["assessor_ids"]) == {str(asha.pk), str(ada.pk)}
    assert payload["group"] == "maths-board"


def test_the_same_message_twice_tells_nobody_again(task):
    open_stage(task.request)

    assert open_stage(task.request) is None
    assert assigned_events().count() == 1


def test_a_newer_token_replaces_the_one_held_and_tells_nobody_again(task):
    open_stage(task.request)

    open_stage(task.request, token="token-2", generation=LATER)

    task.refresh_from_db()
    assert task.task_token == "token-2"
    assert assigned_events().count() == 1


def test_an_older_token_is_ignored(task):
    open_stage(task.request, token="token-2", generation=LATER)

    open_stage(task.request)

    task.refresh_from_db()
    assert task.task_token == "token-2"


def test_a_task_decided_before_its_token_came_is_returned(task, asha):
    decide(task, asha)

    assert open_stage(task.request) == task
    assert not assigned_events().exists()


def test_a_later_stage_gets_its_task_when_the_workflow_reaches_it(submit, asha, ada):
    policy = {"stages": [{"assessors": [asha.email]}, {"assessors": [ada.email], "due_hours": 5}]}
    request = submit(policy=policy, assigned_to="")
    decide(request.tasks.get(), asha)

    open_stage(request, stage=1)

    task = request.tasks.get(stage=1)
    assert (task.assigned_to, task.status, task.callback) == (ada, "PENDING", "READY")
    assert assigned_events().get().payload["stage"] == 1


def test_a_stage_of_a_closed_request_opens_nothing(submit, ben):
    request = submit()
    services.cancel_request(request_id=request.pk, actor=ben)

    assert open_stage(request, round_=1) is None
    assert ApprovalTask.objects.count() == 1


@pytest.fixture
def returned(task, asha):
    """A request whose only task asked for changes."""
    decide(task, asha, "CHANGES_REQUESTED")
    return task.request


def ask(request, generation=FIRST, token="token-r"):
    return services.await_revision(
        services.Waiting(
            request_id=request.pk, stage=0, round_=0, token=token, generation=generation
        )
    )


def test_the_requester_is_asked_for_a_new_version(returned):
    assert ask(returned) is None

    returned.refresh_from_db()
    assert (returned.status, returned.revision_token) == ("CHANGES_REQUESTED", "token-r")
    assert Event.objects.filter(name="approvals.revision_requested").count() == 1


def test_asking_twice_is_asking_once(returned):
    ask(returned)

    assert ask(returned) is None
    assert Event.objects.filter(name="approvals.revision_requested").count() == 1


def test_a_new_token_after_the_new_version_is_answered_at_once(returned, ben):
    ask(returned)
    services.revise_question(question_id=returned.question_id, content=REVISED, actor=ben)

    assert ask(returned, generation=LATER, token="token-s") == 2
    returned.refresh_from_db()
    assert returned.status == "PENDING"


def test_the_next_round_goes_back_to_whoever_judged_it_last(returned, asha, ada, ben):
    policy_says = returned.tasks.get().assigned_to
    ask(returned)
    services.revise_question(question_id=returned.question_id, content=REVISED, actor=ben)

    open_stage(returned, round_=1)

    task = returned.tasks.get(round=1)
    assert policy_says == task.assigned_to == asha
    assert (task.version.number, task.status) == (2, "PENDING")


def test_a_reassigned_task_goes_back_to_the_successor(task, asha, ada, ben):
    services.reassign_task(task_id=task.pk, assigned_to=ada.email, actor=asha)
    decide(task, ada, "CHANGES_REQUESTED")
    ask(task.request)
    services.revise_question(question_id=task.question_id, content=REVISED, actor=ben)

    open_stage(task.request, round_=1)

    assert task.request.tasks.get(round=1).assigned_to == ada

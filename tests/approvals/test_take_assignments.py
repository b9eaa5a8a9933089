"""What the messages of waiting states must hold, and how their tokens are ordered."""

import pytest

from approvals.consumers import take_assignments
from approvals.models import ApprovalTask
from outbox.events import Permanent

ENTERED = "2026-11-21T08:00:00.000Z"
ENTERED_AGAIN = "2026-11-21T08:00:00.001Z"
REDRIVEN = {"Name": "n", "RedriveCount": 1}
NOBODY = "11111111-1111-4111-8111-111111111111"


def assignment(request_id=NOBODY, **fields):
    """A message as the state AssignToAssessor sends it; fields that are None are left out."""
    whole = {
        "type": "assignment",
        "request_id": str(request_id),
        "stage": 0,
        "round": 0,
        "task_token": "t" * 2048,
        "execution": {"Name": f"request-{request_id}"},
        "state": "AssignToAssessor",
        "entered_at": ENTERED,
        "retry_count": 0,
    }
    return {name: value for name, value in (whole | fields).items() if value is not None}


@pytest.fixture
def pending(submit):
    """A request whose workflow has not asked yet."""
    return submit()


def take(request, **fields):
    take_assignments({"message-1": assignment(request.pk, **fields)})
    return ApprovalTask.objects.get(request=request)


def test_a_token_is_held_with_its_generation(pending):
    task = take(pending)

    assert task.task_token == "t" * 2048
    assert task.task_token_generation == f"{ENTERED}/000000/000000"
    assert task.callback == "READY"


def test_redrives_count_before_retries(pending):
    execution = {"Name": f"request-{pending.pk}", "RedriveCount": 2}

    task = take(pending, execution=execution, retry_count=13)

    assert task.task_token_generation == f"{ENTERED}/000002/000013"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ({"retry_count": 0}, {"retry_count": 1}),
        ({"retry_count": 9}, {"retry_count": 10}),
        ({"retry_count": 3}, {"execution": REDRIVEN}),
        (
            {"execution": REDRIVEN},
            {"entered_at": ENTERED_AGAIN},
        ),
    ],
    ids=["a retry", "the tenth retry", "a redrive", "the state entered again"],
)
def test_a_newer_token_replaces_an_older_one_whichever_comes_first(pending, earlier, later):
    take(pending, task_token="newer", **later)

    task = take(pending, task_token="older", **earlier)

    assert task.task_token == "newer"


def test_an_execution_begun_before_the_upgrade_sends_its_name_alone(pending):
    task = take(pending, execution=f"request-{pending.pk}", state=None)

    assert task.task_token_generation == f"{ENTERED}/000000/000000"


@pytest.mark.parametrize(
    "flaw",
    [
        {"type": None},
        {"type": "greeting"},
        {"request_id": None},
        {"request_id": "x"},
        {"stage": None},
        {"stage": "first"},
        {"round": None},
        {"task_token": None},
        {"task_token": ""},
        {"task_token": 7},
        {"entered_at": None},
        {"entered_at": 7},
        {"retry_count": None},
        {"retry_count": "often"},
        {"execution": None},
        {"execution": {}},
        {"execution": {"Name": 7}},
        {"execution": [1]},
        {"execution": {"Name": "n", "RedriveCount": "often"}},
    ],
    ids=str,
)
def test_a_message_that_no_state_sends_is_given_up_at_once(flaw):
    fields = {"request_id": NOBODY} | flaw
    body = assignment(**fields)

    with pytest.raises(Permanent) as refusal:
        take_assignments({"message-1": body})

    assert "t" * 2048 not in str(refusal.value)


def test_an_empty_message_is_given_up_at_once():
    with pytest.raises(Permanent, match="No state sends messages of type None"):
        take_assignments({"message-1": {}})

"""What only looks like a message of our workflow is refused before any handler sees it."""

from uuid import uuid4

import pytest

from approvals.consumers import check_status, check_waiting
from core import queues
from core.queues import terms
from outbox.events import Permanent
from tests.approvals.test_take_assignments import NOBODY, assignment


def status(**fields):
    """A message as the state ReportApproved sends it; fields that are None are left out."""
    whole = {
        "type": "status",
        "request_id": NOBODY,
        "status": "APPROVED",
        "execution": f"request-{NOBODY}",
    }
    return {name: value for name, value in (whole | fields).items() if value is not None}


def test_what_the_states_really_send_passes(submit, deliver_all, monkeypatch):
    taken = []
    monkeypatch.setattr(queues, "_handlers", {"approval-assignments": taken.append})
    submit()

    deliver_all()

    ((body,),) = (bodies.values() for bodies in taken)
    check_waiting(body)


def test_an_assignment_as_it_should_be_passes():
    check_waiting(assignment())


def test_a_revision_passes():
    check_waiting(assignment(type="revision", state="AwaitRevision"))


def test_the_first_releases_assignments_pass():
    check_waiting(assignment(execution=f"request-{NOBODY}", state=None))


def test_a_status_passes():
    check_status(status())


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"type": "invoice"}, "No state sends messages of type 'invoice'."),
        ({"type": None}, "No state sends messages of type None."),
        ({"amount": 3}, "Not a message that the workflow sends: it has amount."),
        ({"entered_at": None}, "Not a message that the workflow sends: KeyError('entered_at')"),
        ({"task_token": ""}, "task_token is not text"),
        ({"request_id": "7"}, "badly formed hexadecimal UUID string"),
        ({"execution": {}}, "Not a message that the workflow sends: KeyError('Name')"),
        (
            {"execution": {"Name": f"request-{uuid4()}"}},
            "Sent by another state machine's execution 'request-",
        ),
        ({"execution": "invoice-7"}, "Sent by another state machine's execution 'invoice-7'."),
    ],
    ids=[
        "another type",
        "no type",
        "another field",
        "an older format",
        "an empty token",
        "no id",
        "a nameless execution",
        "another request's execution",
        "another machine's execution",
    ],
)
def test_a_foreign_assignment_is_refused(fields, reason):
    with pytest.raises(Permanent) as refusal:
        check_waiting(assignment(**fields))

    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"type": None}, "No state sends messages of type None here."),
        ({"status": "LOST"}, "'LOST' is not a valid ApprovalRequest.Status"),
        ({"status": "PENDING"}, "No workflow ends PENDING."),
        ({"score": 1}, "Not a message that the workflow sends: it has score."),
        ({"execution": None}, "Sent by another state machine's execution None."),
    ],
    ids=["no type", "unknown status", "no end", "another field", "no execution"],
)
def test_a_foreign_status_is_refused(fields, reason):
    with pytest.raises(Permanent) as refusal:
        check_status(status(**fields))

    assert reason in str(refusal.value)


def test_messages_of_the_workflow_are_small():
    assert terms("approval-assignments").largest == terms("approval-status").largest == 16_384

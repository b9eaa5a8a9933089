"""
AWS in trouble: every call throttled, cut off before or after it took effect, or slow.

What stays in trouble is raised as it is, so that the outbox tries again; one more try then ends
as the first would have.
"""

import pytest

from core import aws
from core.errors import DomainError
from tests.contract.conftest import APPROVED, INPUT, ends
from workflows import services
from workflows.exceptions import TaskTimedOut
from workflows.models import Execution, HistoryEvent

pytestmark = pytest.mark.slow

NAMES = [f"execution-{number}" for number in range(4)]


@pytest.fixture
def waiting(stub):
    """A stub with one execution that waits for its verdict."""
    services.start_execution(name="one", input=INPUT)
    return stub


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(aws, "READ_TIMEOUT", 0.3)


def token(stub):
    return stub.token("one")


CALLS = {
    "start": lambda stub: services.start_execution(name="two", input=INPUT),
    "start several": lambda stub: services.start_executions(dict.fromkeys(NAMES, INPUT)),
    "complete": lambda stub: services.complete_task(token=token(stub), output=APPROVED),
    "complete several": lambda stub: services.complete_tasks({token(stub): APPROVED}),
    "fail": lambda stub: services.fail_task(token=token(stub), error="Approval.Expired"),
    "heartbeat": lambda stub: services.heartbeat(token=token(stub)),
    "stop": lambda stub: services.stop_execution(name="one"),
    "describe": lambda stub: services.describe(name="one"),
    "sync": lambda stub: services.sync("one"),
    "open_token": lambda stub: services.open_token("one"),
}
# What is over once it took effect: when the answer is lost, the repetition is refused.
ONCE = ("complete", "complete several", "fail")
CUT_OFF = r"(?i)connection|closed|aborted"
SAYS = {"throttled": "Rate exceeded", "reset": CUT_OFF}
FAULTS = ("throttled", "reset", "lost", "slow")


@pytest.mark.parametrize("call", [name for name in CALLS if name not in ONCE])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_passes_is_not_noticed(waiting, fault, call):
    waiting.aws.fail_next(fault)

    CALLS[call](waiting)

    assert set(Execution.objects.values_list("status", flat=True)) <= {"RUNNING", "ABORTED"}


@pytest.mark.parametrize("call", ONCE)
@pytest.mark.parametrize("fault", ["throttled", "reset"])
def test_an_answer_that_did_not_arrive_is_sent_again(waiting, fault, call):
    waiting.aws.fail_next(fault)

    CALLS[call](waiting)

    assert services.sync("one").status in ("SUCCEEDED", "FAILED")


@pytest.mark.parametrize("call", ONCE)
@pytest.mark.parametrize("fault", ["lost", "slow"])
def test_an_answer_whose_receipt_was_lost_is_refused_and_has_worked(waiting, fault, call):
    waiting.aws.fail_next(fault)

    with pytest.raises(TaskTimedOut):
        CALLS[call](waiting)

    assert services.sync("one").status in ("SUCCEEDED", "FAILED")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", ["throttled", "reset"])
def test_a_fault_that_stays_is_raised_and_no_refusal(waiting, fault, call):
    secret = token(waiting)
    rows = Execution.objects.count()
    waiting.aws.fail_next(*[fault] * 40)

    with pytest.raises(Exception, match=SAYS[fault]) as trouble:
        CALLS[call](waiting)

    assert not isinstance(trouble.value, DomainError)
    assert secret not in str(trouble.value)
    assert Execution.objects.count() == rows
    assert ends() == []


@pytest.mark.parametrize("call", CALLS)
def test_after_a_fault_that_stayed_the_next_try_ends_as_the_first_would_have(waiting, call):
    waiting.aws.fail_next(*["throttled"] * 40)
    with pytest.raises(Exception, match="Rate exceeded"):
        CALLS[call](waiting)
    waiting.aws.faults.clear()

    CALLS[call](waiting)

    wanted = {"start": "two", "start several": NAMES[-1]}.get(call, "one")
    assert services.sync(wanted).name == wanted


def test_a_start_whose_answers_were_lost_begins_one_execution(stub):
    stub.aws.fail_next("lost", "lost", "lost")
    with pytest.raises(Exception, match=CUT_OFF):
        services.start_execution(name="one", input=INPUT)
    assert not Execution.objects.exists()

    services.start_execution(name="one", input=INPUT)

    assert Execution.objects.get().status == "RUNNING"
    assert len(stub.messages()) == 1


def test_of_several_starts_one_in_trouble_raises_and_all_can_be_repeated(stub):
    stub.aws.fail_next(*["throttled"] * 9)
    with pytest.raises(Exception, match="Rate exceeded"):
        services.start_executions(dict.fromkeys(NAMES, INPUT))
    stub.aws.faults.clear()

    services.start_executions(dict.fromkeys(NAMES, INPUT))

    assert Execution.objects.count() == len(stub.messages()) == len(NAMES)


def test_an_end_half_read_is_not_announced_until_it_is_whole(waiting):
    services.complete_task(token=token(waiting), output=APPROVED)
    waiting.aws.fail_next("", *["reset"] * 3)

    with pytest.raises(Exception, match=CUT_OFF):
        services.sync("one")
    assert ends() == []
    assert not HistoryEvent.objects.exists()

    services.sync("one")
    assert [end["status"] for end in ends()] == ["SUCCEEDED"]

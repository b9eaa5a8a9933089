"""The approval workflow itself, told as stories to the pure interpreter."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from tests.workflows.asl.machines import begin, given
from workflows.asl.definition import load
from workflows.asl.graph import edges
from workflows.asl.run import Failed, Stop, Succeeded, Tick
from workflows.asl.step import step

FILE = Path(__file__).parents[3] / "statemachine" / "approval_workflow.asl.json"
DOCUMENT = json.loads(FILE.read_text(encoding="utf-8"))
APPROVAL = load(DOCUMENT, name="approval_workflow")
HOUR = 3600
INPUT = {
    "request_id": "r-1",
    "stage": 0,
    "last_stage": 1,
    "round": 0,
    "timeouts": [HOUR, 2 * HOUR],
    "revision_timeout": 3 * HOUR,
}
APPROVE, REJECT = Succeeded({"verdict": "APPROVED"}), Succeeded({"verdict": "REJECTED"})
CHANGE, REVISED = Succeeded({"verdict": "CHANGES_REQUESTED"}), Succeeded({"version": 2})
EXPIRED, BROKEN = Failed("Approval.Expired", "late"), Failed("Worker.Crashed", "boom")


def tell(*story, data=INPUT, seconds=0):
    """Every outcome of a story; each happening comes so many seconds after the one before."""
    outcome, clock = begin(APPROVAL, data), 0
    told = [outcome]
    for happening in story:
        clock += seconds
        outcome = step(APPROVAL, outcome.run, happening, given(clock))
        told.append(outcome)
    return told


def sent(told):
    return [message for outcome in told for message in outcome.messages]


def entered(told):
    events = [event for outcome in told for event in outcome.events]
    return [event.details["name"] for event in events if event.type.endswith("StateEntered")]


ONE_STAGE = ["PrepareStage", "AssignToAssessor", "EvaluateDecision"]
REVISION = ["AwaitRevision", "NextRound"]


@pytest.mark.parametrize(
    ("story", "path"),
    [
        (
            [APPROVE, APPROVE],
            [*ONE_STAGE, "NextStage", *ONE_STAGE, "ReportApproved", "Success"],
        ),
        ([REJECT], [*ONE_STAGE, "ReportRejected", "Failed"]),
        ([APPROVE, REJECT], [*ONE_STAGE, "NextStage", *ONE_STAGE, "ReportRejected", "Failed"]),
        (
            [CHANGE, REVISED, REJECT],
            [*ONE_STAGE, *REVISION, *ONE_STAGE, "ReportRejected", "Failed"],
        ),
        ([CHANGE, EXPIRED], [*ONE_STAGE, "AwaitRevision", "ReportExpired", "Failed"]),
        ([CHANGE, BROKEN], [*ONE_STAGE, "AwaitRevision", "ReportFailed", "Failed"]),
        ([EXPIRED], ["PrepareStage", "AssignToAssessor", "ReportExpired", "Failed"]),
        ([BROKEN], ["PrepareStage", "AssignToAssessor", "ReportFailed", "Failed"]),
        ([Succeeded({"verdict": "MAYBE"})], [*ONE_STAGE, "ReportFailed", "Failed"]),
        ([Succeeded(None)], [*ONE_STAGE, "ReportFailed", "Failed"]),
    ],
)
def test_each_story_takes_its_path(story, path):
    assert entered(tell(*story)) == path


def test_the_stories_of_the_table_go_every_way_there_is():
    stories = [
        [APPROVE, APPROVE],
        [REJECT],
        [EXPIRED],
        [BROKEN],
        [CHANGE, EXPIRED],
        [CHANGE, BROKEN],
        [CHANGE, REVISED, REJECT],
        [Succeeded({"verdict": "MAYBE"})],
    ]
    taken = set()
    for story in stories:
        path = entered(tell(*story))
        taken |= set(itertools.pairwise(path))

    assert taken == {(edge.source, edge.target) for edge in edges(DOCUMENT["States"])}


@pytest.mark.parametrize(
    ("story", "status", "error"),
    [
        ([APPROVE, APPROVE], "APPROVED", ""),
        ([REJECT], "REJECTED", "Approval.Rejected"),
        ([EXPIRED], "EXPIRED", "Approval.Expired"),
        ([BROKEN], "FAILED", "Approval.Failed"),
    ],
)
def test_each_end_is_reported_and_named(story, status, error):
    told = tell(*story)

    assert sent(told)[-1].queue == "${StatusQueueUrl}"
    assert sent(told)[-1].body == {
        "type": "status",
        "request_id": "r-1",
        "status": status,
        "execution": "run",
    }
    assert told[-1].run.error == error


def test_assignments_say_stage_and_round():
    told = tell(CHANGE, REVISED, APPROVE, CHANGE, REVISED)

    kinds = [(m.body["type"], m.body["stage"], m.body["round"]) for m in sent(told)]
    assert kinds == [
        ("assignment", 0, 0),
        ("revision", 0, 0),
        ("assignment", 0, 1),
        ("assignment", 1, 1),
        ("revision", 1, 1),
        ("assignment", 1, 2),
    ]


def test_what_a_round_learned_is_not_carried_into_the_next():
    told = tell(CHANGE, REVISED)

    assert told[-1].run.data == INPUT | {"round": 1, "current": {"timeout": HOUR}}


@pytest.mark.parametrize(
    ("story", "timeout"),
    [([], HOUR), ([APPROVE], 2 * HOUR), ([CHANGE], 3 * HOUR), ([CHANGE, REVISED], HOUR)],
)
def test_each_wait_has_its_own_timeout(story, timeout):
    run = tell(*story)[-1].run

    assert (run.wait.until - run.entered_at).total_seconds() == timeout


@pytest.mark.parametrize("story", [[Tick()], [APPROVE, Tick()], [CHANGE, Tick()]])
def test_a_timeout_expires_the_request(story):
    told = tell(*story, seconds=4 * HOUR)

    assert sent(told)[-1].body["status"] == "EXPIRED"


def test_a_queue_that_refuses_for_a_while_is_tried_six_times():
    story = [Failed("SQS.SdkClientException", ""), Tick()] * 6

    told = tell(*story, seconds=60)

    assert len([m for m in sent(told) if m.body["type"] == "assignment"]) == 6
    assert sent(told)[-1].body["status"] == "FAILED"


answers = st.sampled_from([APPROVE, REJECT, CHANGE, REVISED, EXPIRED, BROKEN, Tick(), Succeeded(0)])


@examples(story=st.lists(answers, max_size=12), seconds=st.integers(0, 2 * HOUR))
def test_whatever_happens_the_end_is_reported_exactly_once(story, seconds):
    told = tell(*story, seconds=seconds)

    reports = [message for message in sent(told) if message.queue == "${StatusQueueUrl}"]
    assert len(reports) == (told[-1].run.status != "RUNNING")


@examples(story=st.lists(answers, max_size=6))
def test_a_stop_reports_nothing_and_ends_everything(story):
    before = tell(*story)
    told = tell(*story, Stop("Cancelled", ""))

    assert sent(told) == sent(before)
    assert told[-1].run.status != "RUNNING"


@pytest.mark.parametrize("missing", ["stage", "timeouts", "last_stage", "revision_timeout"])
def test_input_without_a_part_fails_and_does_not_hang(missing):
    data = {name: value for name, value in INPUT.items() if name != missing}

    run = tell(CHANGE, REVISED, data=data)[-1].run

    assert run.status == "FAILED"

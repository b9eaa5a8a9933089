"""The workflow that the product ships, in each of its outcomes."""

import json
from pathlib import Path

from tests.parity.story import Answer, Case, Refuse, Silence

PATH = Path(__file__).resolve().parents[3] / "statemachine" / "approval_workflow.asl.json"
DOCUMENT = json.loads(PATH.read_text())
QUEUES = {"AssignmentsQueueUrl": "approval-assignments", "StatusQueueUrl": "approval-status"}

APPROVED = Answer({"verdict": "APPROVED"})
REJECTED = Answer({"verdict": "REJECTED"})
CHANGES = Answer({"verdict": "CHANGES_REQUESTED"})
REVISED = Answer({"digest": "d-2"})
EXPIRED = Refuse("Approval.Expired", "Nobody answered in time.")
BROKEN = Refuse("Approval.Broken", "Nobody could be assigned.")


def approval(name, *moves, stages=1, timeout=3600, revision_timeout=7200):
    data = {
        "request_id": "r-1",
        "stage": 0,
        "last_stage": stages - 1,
        "round": 0,
        "timeouts": [timeout] * stages,
        "revision_timeout": revision_timeout,
    }
    return Case(f"approval-{name}", DOCUMENT, data, moves, QUEUES)


CASES = (
    approval("approved", APPROVED),
    approval("approved-by-three-stages", APPROVED, APPROVED, APPROVED, stages=3),
    approval("rejected", REJECTED),
    approval("rejected-at-the-second-stage", APPROVED, REJECTED, stages=3),
    approval("rejected-at-the-last-stage", APPROVED, APPROVED, REJECTED, stages=3),
    approval("revised-and-approved", CHANGES, REVISED, APPROVED),
    approval(
        "revised-twice-at-two-stages",
        CHANGES,
        REVISED,
        APPROVED,
        CHANGES,
        REVISED,
        APPROVED,
        stages=2,
    ),
    approval("revised-and-rejected", CHANGES, REVISED, REJECTED),
    approval("expired", EXPIRED),
    approval("expired-at-the-second-stage", APPROVED, EXPIRED, stages=2),
    approval("timed-out", Silence(), timeout=1),
    approval("revision-expired", CHANGES, EXPIRED),
    approval("revision-timed-out", CHANGES, Silence(), revision_timeout=1),
    approval("revision-failed", CHANGES, BROKEN),
    approval("failed", BROKEN),
    approval("no-verdict", Answer({"by": "Asha"})),
    approval("unknown-verdict", Answer({"verdict": "PERHAPS"})),
    approval("verdict-of-another-type", Answer({"verdict": 1})),
    approval("answered-with-text", Answer("APPROVED")),
    approval("timeout-missing", stages=0),
)

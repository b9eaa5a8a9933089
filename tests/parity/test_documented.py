"""Cases that every emulator takes its own way with: what they come to by the documentation."""

import pytest

from tests.parity.cases import BY_NAME, CASES
from tests.parity.cases.choices import DATA
from tests.parity.gaps import GAPS

CAUSE = "(the engine's own words)"
# Case → status, path, error, output.
ENDS = {
    "pass-parameters-last": ("SUCCEEDED", "A", "", {"last": {"price": 4.5}}),
    "choice-stringmatches-asterisk": (
        "SUCCEEDED",
        "Q0 Yes0 Q1 Done",
        "",
        {**DATA, "holds": {"q0": True}},
    ),
    "choice-times-with-zones": (
        "SUCCEEDED",
        "Q0 Yes0 Q1 Yes1 Q2 Yes2 Done",
        "",
        {**DATA, "holds": {"q0": True, "q1": True, "q2": True}},
    ),
    # States.ALL does not take in States.Runtime.
    "task-bad-selector-caught-by-all": ("FAILED", "A", "States.Runtime", None),
    "task-sending-cannot-be-filled": ("FAILED", "A", "States.Runtime", None),
    "task-bad-call-caught": (
        "SUCCEEDED",
        "A Caught",
        "",
        {"Error": "States.IntrinsicFailure", "Cause": CAUSE},
    ),
    "task-bad-result-path-caught": (
        "SUCCEEDED",
        "A Caught",
        "",
        {"Error": "States.ResultPathMatchFailure", "Cause": CAUSE},
    ),
}


def test_every_case_that_no_emulator_can_speak_for_is_here():
    alone = {case.name for case in CASES if all(_own_way(case, GAPS[kind]) for kind in GAPS)}

    assert alone == set(ENDS)


@pytest.mark.parametrize("name", ENDS)
def test_the_local_engine_does_what_is_documented(name, told_locally):
    told = told_locally(BY_NAME[name])

    assert (told.status, " ".join(told.path), told.error, told.output) == ENDS[name]


def _own_way(case, gaps):
    return any(gap.change is None and case.name in gap.cases for gap in gaps)

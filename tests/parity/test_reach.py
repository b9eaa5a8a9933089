"""The cases leave nothing out: of the approval workflow, and of what the engine supports."""

import json

import pytest

from tests.parity.cases import CASES, approval
from tests.parity.reach import everything, reached
from workflows.asl.choice import OPERATORS
from workflows.asl.intrinsics import FUNCTIONS
from workflows.asl.rules import FIELDS

ALL = everything(approval.DOCUMENT)
# MiniStack knows no TimeoutSecondsPath (gaps/ministack.py).
BY_TIMEOUT = {f"{name}.Catch[0] States.Timeout" for name in ("AssignToAssessor", "AwaitRevision")}


def test_there_is_something_to_reach():
    assert len(ALL) == 24


def test_the_cases_reach_every_state_branch_and_catcher(told_locally):
    seen = set()
    for case in approval.CASES:
        seen |= reached(approval.DOCUMENT, told_locally(case))

    assert ALL - seen == set()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "missed"), [("moto", set()), ("ministack", BY_TIMEOUT)])
def test_the_cases_reach_them_on_an_emulator(kind, missed, told_by):
    seen = set()
    for case in approval.CASES:
        seen |= reached(approval.DOCUMENT, told_by[kind][case.name])

    assert ALL - seen == missed


def test_the_cases_use_every_field_of_every_state():
    used = {
        (state["Type"], field)
        for case in CASES
        for state in case.document["States"].values()
        for field in state
    }
    supported = {(kind, field) for kind, fields in FIELDS.items() for field in fields}

    assert {(kind, field) for kind, field in supported - used if field != "Comment"} == set()


def test_the_cases_use_every_operator():
    written = json.dumps([case.document for case in CASES])

    assert {name for name in OPERATORS if f'"{name}"' not in written} == set()


def test_the_cases_use_every_intrinsic_function():
    written = json.dumps([case.document for case in CASES])

    assert {name for name in FUNCTIONS if f"States.{name}(" not in written} == set()

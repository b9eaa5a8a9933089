import itertools
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.asl.machines import SUCCEED
from workflows.asl.definition import load
from workflows.layout import BOX_HEIGHT, lay_out

FILE = Path(__file__).parents[2] / "statemachine" / "approval_workflow.asl.json"
APPROVAL = load(json.loads(FILE.read_text(encoding="utf-8")), name="approval_workflow")


def graph(ways):
    """A definition with a Choice per state; `ways` maps a number to those it leads to."""
    states = {}
    for number, targets in ways.items():
        rules = [{"Variable": "$.x", "IsNull": True, "Next": str(target)} for target in targets]
        states[str(number)] = {"Type": "Choice", "Choices": rules} if rules else SUCCEED
    return load({"StartAt": "0", "States": states}, name="graph")


def points(path):
    """The corners of a line's path, curves taken as corners."""
    x = y = 0
    for letter, text in re.findall(r"([MHVQ])([^MHVQ]*)", path):
        numbers = [int(number) for number in text.split()]
        if letter == "H":
            x = numbers[0]
        elif letter == "V":
            y = numbers[0]
        else:
            x, y = numbers[-2:]
        yield x, y


def crosses(line, box):
    """Whether a line runs through the inside of a box."""
    left, right, top, bottom = box.x + 2, box.right - 2, box.y + 2, box.y + BOX_HEIGHT - 2
    for (ax, ay), (bx, by) in itertools.pairwise(points(line.path)):
        if (
            max(ax, bx) > left
            and min(ax, bx) < right
            and max(ay, by) > top
            and min(ay, by) < bottom
        ):
            return True
    return False


def test_the_approval_reads_from_top_to_bottom():
    assert [box.name for box in lay_out(APPROVAL).boxes] == [
        "PrepareStage",
        "AssignToAssessor",
        "EvaluateDecision",
        "NextStage",
        "ReportApproved",
        "Success",
        "ReportRejected",
        "AwaitRevision",
        "NextRound",
        "ReportExpired",
        "ReportFailed",
        "Failed",
    ]


def test_the_approval_fits_a_phone():
    assert lay_out(APPROVAL).width <= 300


def test_no_line_of_the_approval_crosses_a_name():
    plan = lay_out(APPROVAL)

    assert not [(line, box) for line in plan.lines for box in plan.boxes if crosses(line, box)]


def test_ways_between_the_same_states_are_one_line():
    lines = [line for line in lay_out(APPROVAL).lines if line.source == "EvaluateDecision"]

    assert len(lines) == 5
    (failed,) = [line for line in lines if line.target == "ReportFailed"]
    assert failed.kinds == {"choice", "default"}


@st.composite
def ways(draw):
    size = draw(st.integers(2, 9))
    found = {n: draw(st.lists(st.integers(0, size), max_size=3)) for n in range(size)}
    for number in range(size):
        found[number] = [*found[number], number + 1]
    return found | {size: []}


@given(ways=ways())
def test_no_line_crosses_a_name_whatever_the_graph(ways):
    plan = lay_out(graph(ways))

    assert not [1 for line in plan.lines for box in plan.boxes if crosses(line, box)]


@given(ways=ways())
def test_lines_to_different_states_never_share_a_lane_at_the_same_height(ways):
    plan = lay_out(graph(ways))

    stretches = [
        (ax, min(ay, by), max(ay, by), line.target)
        for line in plan.lines
        for (ax, ay), (bx, by) in itertools.pairwise(points(line.path))
        if ax == bx and not plan.boxes[0].x <= ax <= plan.boxes[0].right
    ]
    for one, other in itertools.combinations(stretches, 2):
        if one[0] == other[0] and one[3] != other[3]:
            assert one[2] <= other[1] or other[2] <= one[1]


@given(ways=ways())
def test_everything_is_inside_the_picture(ways):
    plan = lay_out(graph(ways))

    for line in plan.lines:
        assert all(0 < x < plan.width and 0 < y < plan.height for x, y in points(line.path))
    assert all(box.y + BOX_HEIGHT < plan.height for box in plan.boxes)


@pytest.mark.parametrize("size", [2, 12])
def test_the_same_definition_gives_the_same_drawing(size):
    chain = graph({n: [n + 1] for n in range(size)} | {size: []})

    assert lay_out(chain) == lay_out(chain)


def test_a_state_that_leads_to_itself_gets_a_lane():
    plan = lay_out(graph({0: [0, 1], 1: []}))

    (loop,) = [line for line in plan.lines if line.source == line.target]
    assert min(x for x, _ in points(loop.path)) < plan.boxes[0].x

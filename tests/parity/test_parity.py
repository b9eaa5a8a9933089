"""One definition, two engines: the same events, path, data and end, but for what is listed."""

import pytest

from tests.parity import made_up
from tests.parity.cases import BY_NAME, CASES
from tests.parity.gaps import GAPS
from tests.parity.gaps.gap import expected, in_force

KINDS = tuple(GAPS)
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", [*CASES, *made_up.CASES], ids=str)
def test_an_emulator_tells_the_same_but_for_its_gaps(case, kind, told_locally, told_by):
    theirs = told_by[kind][case.name]

    ours = expected(told_locally(case), list(in_force(GAPS[kind], case.name)))

    assert ours is None or ours.lines() == theirs.lines()


ALIKE = [case for case in CASES if not any(case.name in gap.cases for gap in GAPS["moto"])]


@pytest.mark.parametrize("case", ALIKE, ids=str)
def test_moto_numbers_events_alike_and_says_the_same_of_tasks(case, told_locally, told_by):
    assert told_locally(case).small_print == told_by["moto"][case.name].small_print


LISTED = [(kind, gap, name) for kind in KINDS for gap in GAPS[kind] for name in gap.cases]


@pytest.mark.parametrize(
    ("kind", "gap", "name"), LISTED, ids=[f"{kind}-{gap.name}-{name}" for kind, gap, name in LISTED]
)
def test_a_listed_gap_still_shows(kind, gap, name, told_locally, told_by):
    theirs = told_by[kind][name]
    others = [other for other in in_force(GAPS[kind], name) if other is not gap]

    ours = expected(told_locally(BY_NAME[name]), others)

    assert ours is None or ours.lines() != theirs.lines()


def test_a_gap_shows_in_some_cases_or_everywhere():
    assert [g.name for kind in KINDS for g in GAPS[kind] if bool(g.cases) == bool(g.example)] == []


EVERYWHERE = [(kind, gap) for kind in KINDS for gap in GAPS[kind] if gap.example]


@pytest.mark.parametrize(
    ("kind", "gap"), EVERYWHERE, ids=[f"{kind}-{gap.name}" for kind, gap in EVERYWHERE]
)
def test_a_gap_that_shows_everywhere_still_does(kind, gap, told_locally, told_by):
    case = BY_NAME[gap.example]
    others = [other for other in in_force(GAPS[kind], case.name) if other is not gap]

    ours = expected(told_locally(case), others)

    assert ours.lines() != told_by[kind][case.name].lines()

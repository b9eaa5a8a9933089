"""Bars by day."""

from datetime import date
from decimal import Decimal

import pytest

from aiqueries.selectors.charts import Day
from aiqueries.views.drawing import Series, ceiling, chart

DAYS = [
    Day(date=date(2026, 3, 1), queries=3, answered=3, failed=1, cost=Decimal("0.4")),
    Day(date=date(2026, 3, 2)),
]
COST = Series(look="is-cost", means="cost", of=lambda day: day.cost)
ANSWERED = Series(look="is-answered", means="answered", of=lambda day: day.answered)
FAILED = Series(look="is-failed", means="failed", of=lambda day: day.failed)


def draw(*series, days=DAYS, **options):
    return chart("name", "Title", "", days, series, say=lambda number: f"{number:f}", **options)


@pytest.mark.parametrize(
    ("number", "top"),
    [
        (0, 1),
        (0.4, 0.5),
        (0.5, 0.5),
        (0.51, 1),
        (1, 1),
        (3, 5),
        (20, 20),
        (21, 50),
        (0.0012, 0.002),
    ],
)
def test_the_upper_edge_is_a_round_number(number, top):
    assert ceiling(number) == top


def test_a_day_without_anything_has_no_bar():
    drawn = draw(COST)

    (bar,) = drawn.bars
    assert (bar.x, bar.width) == (7, 36)
    assert (bar.y, bar.height) == (20, 80)
    assert bar.says == "1 March: 0.4"
    assert (drawn.top, drawn.first, drawn.last) == ("0.5", "1 Mar", "2 Mar")


def test_stacked_bars_stand_on_each_other():
    answered, failed = draw(ANSWERED, FAILED, stacked=True).bars

    assert answered.y + answered.height == 100
    assert failed.y + failed.height == answered.y


def test_others_stand_in_front_of_each_other():
    answered, failed = draw(ANSWERED, FAILED).bars

    assert answered.y + answered.height == failed.y + failed.height == 100


def test_nothing_at_all_is_an_empty_field():
    assert draw(COST, days=DAYS[1:]).is_empty

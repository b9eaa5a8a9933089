"""Bars, a day each, for the templates to draw: in a field of 100 by 100 that is stretched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aiqueries.selectors.charts import Day

HEIGHT = 100.0
SHARE = 0.72  # of a day's width that its bar takes
STEPS = (1, 2, 5, 10)

Number = Decimal | int | None


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One part of a day. Coordinates count from the upper left, as SVG's do."""

    x: float
    y: float
    width: float
    height: float
    look: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`top` is what the upper edge stands for; `key` says which look means what."""

    name: str
    title: str
    summary: str
    bars: list[Bar]
    top: str
    first: str
    last: str
    key: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.bars


@dataclass(frozen=True, kw_only=True)
class Series:
    """A look, what it means, and the height it has on a day."""

    look: str
    means: str
    of: Callable[[Day], Number]


def chart(
    name: str,
    title: str,
    summary: str,
    days: Sequence[Day],
    series: Sequence[Series],
    *,
    say: Callable[[Number], str],
    stacked: bool = False,
) -> Chart:
    """
    Each series' bars over the days, the first behind those that follow it.

    Stacked ones stand on top of each other. `say` writes a number with its unit.
    """
    highest = max((_height(day, series, stacked) for day in days), default=0.0)
    top = ceiling(highest)
    bars = [
        bar
        for place, day in enumerate(days)
        for bar in _bars(day, place / len(days) * 100, 100 / len(days), series, top, say, stacked)
    ]
    return Chart(
        name=name,
        title=title,
        summary=summary,
        bars=bars,
        top=say(Decimal(repr(top))),
        first=f"{days[0].date.day} {days[0].date:%b}" if days else "",
        last=f"{days[-1].date.day} {days[-1].date:%b}" if days else "",
        key=tuple((each.look, each.means) for each in series) if len(series) > 1 else (),
    )


def ceiling(number: float) -> float:
    """The least of 1, 2 and 5 times a power of ten that is not below it; 1 for nothing."""
    if number <= 0:
        return 1.0
    power = 1e-8
    while power * 10 <= number:
        power *= 10
    return next(
        float(f"{step * power:.0e}") for step in STEPS if step * power * 1.0000001 >= number
    )


def _height(day: Day, series: Sequence[Series], stacked: bool) -> float:
    heights = [float(each.of(day) or 0) for each in series]
    return sum(heights) if stacked else max(heights)


def _bars(
    day: Day,
    left: float,
    width: float,
    series: Sequence[Series],
    top: float,
    say: Callable[[Number], str],
    stacked: bool,
) -> list[Bar]:
    bars, floor = [], HEIGHT
    for each in series:
        number = each.of(day)
        if not number:
            continue
        meaning = f", {each.means}" if len(series) > 1 else ""
        height = round(float(number) / top * HEIGHT, 3)
        bars.append(
            Bar(
                x=round(left + width * (1 - SHARE) / 2, 3),
                y=round(floor - height, 3),
                width=round(width * SHARE, 3),
                height=height,
                look=each.look,
                says=f"{day.date.day} {day.date:%B}: {say(number)}{meaning}",
            )
        )
        if stacked:
            floor -= height
    return bars

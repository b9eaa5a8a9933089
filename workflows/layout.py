"""
Where the states of a definition stand on a drawing, and which way the lines between them run.

One state a row, in the order in which an execution comes to them, so that it reads on a phone.
A line to the next row runs straight down; one that skips rows runs in a lane on the right, one
that goes back in a lane on the left. All lines to the same state share its lane. Names stand
inside the boxes and lanes outside, so no line ever crosses a word.
"""

from dataclasses import dataclass

from workflows.asl.definition import Definition
from workflows.asl.graph import Edge, edges

BOX_WIDTH = 206
BOX_HEIGHT = 46
ROW = 68
LANE = 10
MARGIN = 4
GAP = 11  # between a box and its first lane
CURVE = 6
ENTRY = -9  # lines come in above a box's middle and go out below it
EXIT = 9
TOP = 34


@dataclass(frozen=True, slots=True)
class Box:
    """A state's place; x and y are its upper left corner."""

    name: str
    row: int
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.y + BOX_HEIGHT // 2

    @property
    def right(self) -> int:
        return self.x + BOX_WIDTH


@dataclass(frozen=True, slots=True)
class Line:
    """A way between two states, as an SVG path. `kinds` are those of the edges it stands for."""

    source: str
    target: str
    kinds: frozenset[str]
    path: str


@dataclass(frozen=True, slots=True)
class Layout:
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    source: int
    target: int
    kinds: frozenset[str]

    @property
    def is_next(self) -> bool:
        return self.target == self.source + 1

    @property
    def is_back(self) -> bool:
        return self.target <= self.source


def lay_out(definition: Definition) -> Layout:
    """The drawing of a definition. The same definition always gives the same drawing."""
    found = edges({name: state.fields for name, state in definition.states.items()})
    names = order(definition.start_at, found)
    ways = _ways(found, names)
    left = _lanes([way for way in ways if way.is_back])
    right = _lanes([way for way in ways if not way.is_back and not way.is_next])
    x = MARGIN + _width(left)
    boxes = tuple(Box(name, row, x, TOP + row * ROW) for row, name in enumerate(names))
    lines = tuple(
        Line(names[way.source], names[way.target], way.kinds, _path(way, boxes, left, right))
        for way in ways
    )
    return Layout(
        width=x + BOX_WIDTH + _width(right) + MARGIN,
        height=TOP + len(names) * ROW - (ROW - BOX_HEIGHT) + MARGIN,
        boxes=boxes,
        lines=lines,
    )


def order(start: str, found: list[Edge]) -> list[str]:
    """
    The states so that each stands after those that lead to it, loops apart, and right before
    where it leads to first: depth first, finished last comes first.
    """
    after: dict[str, list[str]] = {}
    for edge in found:
        after.setdefault(edge.source, []).append(edge.target)
    seen, finished, waiting = {start}, [], [(start, after.get(start, [])[::-1])]
    while waiting:
        name, targets = waiting[-1]
        fresh = next((target for target in targets if target not in seen), None)
        if fresh is None:
            finished.append(name)
            waiting.pop()
        else:
            seen.add(fresh)
            waiting.append((fresh, after.get(fresh, [])[::-1]))
    return finished[::-1]


def _ways(found: list[Edge], names: list[str]) -> list[_Way]:
    rows = {name: row for row, name in enumerate(names)}
    kinds: dict[tuple[int, int], set[str]] = {}
    for edge in found:
        kinds.setdefault((rows[edge.source], rows[edge.target]), set()).add(edge.kind)
    return [_Way(source, target, frozenset(kind)) for (source, target), kind in kinds.items()]


def _lanes(ways: list[_Way]) -> dict[int, int]:
    """Target row → lane, counted from the boxes outwards. Short lines get the inner lanes."""
    spans = []
    for target in {way.target for way in ways}:
        rows = [target, *(way.source for way in ways if way.target == target)]
        spans.append((max(rows) - min(rows), target, min(rows), max(rows)))
    lanes: dict[int, int] = {}
    taken: list[list[tuple[int, int]]] = []
    for _, target, first, last in sorted(spans):
        lane = next(
            (n for n, used in enumerate(taken) if all(last < a or b < first for a, b in used)),
            len(taken),
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append((first, last))
        lanes[target] = lane
    return lanes


def _width(lanes: dict[int, int]) -> int:
    return GAP + (max(lanes.values()) + 1) * LANE if lanes else 0


def _path(way: _Way, boxes: tuple[Box, ...], left: dict[int, int], right: dict[int, int]) -> str:
    source, target = boxes[way.source], boxes[way.target]
    if way.is_next:
        x = source.x + BOX_WIDTH // 2
        return f"M{x} {source.y + BOX_HEIGHT}V{target.y - 1}"
    if way.is_back:
        lane = source.x - GAP - left[way.target] * LANE
        return _around(source.x, source.middle + EXIT, lane, target.x - 1, target.middle + ENTRY)
    lane = source.right + GAP + right[way.target] * LANE
    return _around(
        source.right, source.middle + EXIT, lane, target.right + 1, target.middle + ENTRY
    )


def _around(x: int, y: int, lane: int, end_x: int, end_y: int) -> str:
    """Out to the lane, along it, and back in, with round corners."""
    out = CURVE if lane > x else -CURVE
    along = CURVE if end_y > y else -CURVE
    return (
        f"M{x} {y}H{lane - out}Q{lane} {y} {lane} {y + along}"
        f"V{end_y - along}Q{lane} {end_y} {lane - out} {end_y}H{end_x}"
    )

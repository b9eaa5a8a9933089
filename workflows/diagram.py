"""An execution drawn on its definition: where it has been, where it is, where it failed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from django.conf import settings

from workflows import definitions, selectors
from workflows.asl.definition import State
from workflows.layout import BOX_HEIGHT, BOX_WIDTH, Box, Layout, Line, lay_out
from workflows.models import Execution, HistoryEvent

NAME_FITS = 19  # characters in a box
FAILURES = ("TaskFailed", "TaskStartFailed", "TaskSubmitFailed", "TaskTimedOut")
ICONS = {
    "Task": "send",
    "Choice": "git-compare-arrows",
    "Wait": "timer",
    "Pass": "layers",
    "Succeed": "circle-check",
    "Fail": "circle-x",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One entry into a state. `failed` says that the state's work failed or ran out of time."""

    state: str
    at: datetime
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A state as drawn."""

    box: Box
    label: str
    says: str
    icon: str
    look: str
    visits: int
    ends: bool

    @property
    def classes(self) -> str:
        return f"flow-node is-{self.look}" + (" is-end" if self.ends else "")


@dataclass(frozen=True, slots=True)
class Way:
    """A line as drawn."""

    path: str
    says: str
    taken: bool
    catches: bool

    @property
    def classes(self) -> str:
        return "flow-line" + " is-taken" * self.taken + " is-catch" * self.catches

    @property
    def tip(self) -> str:
        return "taken" if self.taken else "idle"


@dataclass(frozen=True, slots=True)
class Diagram:
    """Everything that the template needs; lines that were taken come last, so they lie on top."""

    name: str
    title: str
    state: str
    width: int
    height: int
    start: tuple[int, int]
    nodes: list[Node]
    ways: list[Way]
    visits: list[Visit]

    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def draw(execution: Execution, events: Sequence[HistoryEvent] | None = None) -> Diagram:
    """The execution's diagram. Reads the history unless it is given."""
    history = selectors.history(execution) if events is None else events
    visits = visited(history)
    plan = _plan(execution.definition_id)
    machine = definitions.machine(execution.definition_id)
    first = plan.boxes[0]
    return Diagram(
        name=execution.name,
        title=_title(execution),
        state=execution.state,
        width=plan.width,
        height=plan.height,
        start=(first.x + BOX_WIDTH // 2, first.y),
        nodes=[_node(box, machine.states[box.name], execution, visits) for box in plan.boxes],
        ways=_ways(plan, visits),
        visits=visits,
    )


def visited(history: Sequence[HistoryEvent]) -> list[Visit]:
    """The states in the order in which they were entered."""
    visits: list[Visit] = []
    for event in history:
        if event.type.endswith("StateEntered"):
            visits.append(Visit(event.details["name"], event.occurred_at))
        elif event.type in FAILURES and visits:
            visits[-1] = Visit(visits[-1].state, visits[-1].at, failed=True)
    return visits


@lru_cache(maxsize=64)
def _plan(digest: str) -> Layout:
    return lay_out(definitions.machine(digest))


def _title(execution: Execution) -> str:
    status = execution.get_status_display().lower()
    if execution.has_ended:
        return f"Workflow {execution.name}: {status}, at {execution.state}."
    return f"Workflow {execution.name}: {status}, now at {execution.state}."


def _node(box: Box, state: State, execution: Execution, visits: list[Visit]) -> Node:
    count = Counter(visit.state for visit in visits)[box.name]
    return Node(
        box=box,
        label=box.name if len(box.name) <= NAME_FITS else f"{box.name[: NAME_FITS - 1]}…",
        says=_says(state),
        icon="hourglass" if state.waits_for_token else ICONS[state.type],
        look=_look(state, execution, visits),
        visits=count,
        ends=state.type in ("Succeed", "Fail"),
    )


def _look(state: State, execution: Execution, visits: list[Visit]) -> str:
    """now, good, bad, left (entered and left), or idle."""
    mine = [visit for visit in visits if visit.state == state.name]
    # Of an execution that runs elsewhere the state is known before the way to it is.
    if not mine and (execution.state != state.name or execution.has_ended):
        return "idle"
    if execution.state == state.name:
        looks = {"RUNNING": "now", "SUCCEEDED": "good", "ABORTED": "stopped"}
        return looks.get(execution.status, "bad")
    return "failed" if mine[-1].failed else "left"


def _says(state: State) -> str:
    if state.type == "Task":
        if state.waits_for_token:
            return "Waits for an answer"
        address = str(state.fields["Parameters"].get("QueueUrl", "")).rpartition("/")[2]
        queue = address.removeprefix(settings.QUEUE_PREFIX)
        return f"Sends to {queue}" if queue else "Sends a message"
    return {
        "Choice": "Chooses the way",
        "Wait": "Waits for a moment",
        "Pass": "Prepares the data",
        "Succeed": "Ends in success",
        "Fail": "Ends in failure",
    }[state.type]


def _ways(plan: Layout, visits: list[Visit]) -> list[Way]:
    taken = {(before.state, after.state) for before, after in pairwise(visits)}
    ways = [_way(line, (line.source, line.target) in taken) for line in plan.lines]
    return sorted(ways, key=lambda way: way.taken)


def _way(line: Line, taken: bool) -> Way:
    catches = line.kinds == {"catch"}
    says = f"{line.source} to {line.target}" + (", when it fails" if catches else "")
    return Way(line.path, says, taken, catches)

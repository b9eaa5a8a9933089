"""What happened to a request, newest first, in sentences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from approvals.models import (
    ApprovalRequest,
    ApprovalTask,
    Assignment,
    FirstView,
    QuestionVersion,
    Verdict,
)

VERDICTS = {
    Verdict.APPROVED: ("circle-check", "approved"),
    Verdict.REJECTED: ("circle-x", "rejected"),
    Verdict.CHANGES_REQUESTED: ("square-pen", "requested changes"),
}
FIRST_VIEWS = {
    True: "recorded a first view, which agrees with the key",
    False: "recorded a first view, which does not agree with the key",
    None: "recorded a first view: could not tell the answer",
}
ENDS = {
    ApprovalRequest.Status.APPROVED: ("circle-check", "The question is approved"),
    ApprovalRequest.Status.REJECTED: ("circle-x", "The question is rejected"),
    ApprovalRequest.Status.EXPIRED: ("hourglass", "The request expired without an outcome"),
    ApprovalRequest.Status.CANCELLED: ("ban", "The request was cancelled"),
    ApprovalRequest.Status.FAILED: ("circle-x", "The workflow failed"),
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line: `who` did `what`, and what they said."""

    at: datetime
    icon: str
    who: str
    what: str
    said: str = ""


def timeline(
    request: ApprovalRequest,
    tasks: Iterable[ApprovalTask],
    versions: Iterable[QuestionVersion],
    first_views: Iterable[FirstView] = (),
) -> list[Entry]:
    """Made from the rows themselves, so it is complete whatever the event log has forgotten."""
    entries = [
        Entry(
            at=request.created_at,
            icon="send",
            who=str(request.requester),
            what="asked for approval",
        ),
        *_new_versions(request, versions),
        *(entry for task in tasks for entry in _of_task(task)),
        *(_of_first_view(view) for view in first_views),
        *_end(request),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _new_versions(request: ApprovalRequest, versions: Iterable[QuestionVersion]) -> Iterator[Entry]:
    last = request.closed_at
    for version in versions:
        if version.created_at > request.created_at and (not last or version.created_at < last):
            what = f"wrote version {version.number}"
            who = str(version.created_by)
            yield Entry(at=version.created_at, icon="pencil", who=who, what=what)


def _of_task(task: ApprovalTask) -> Iterator[Entry]:
    for place in task.assignments.all():
        yield from _of_place(place)
    for decision in task.decisions.all():
        icon, what = VERDICTS[Verdict(decision.verdict)]
        yield Entry(
            at=decision.created_at,
            icon=icon,
            who=str(decision.assessor),
            what=what,
            said=decision.comment,
        )
    if task.status == ApprovalTask.Status.EXPIRED and task.decided_at:
        what = f"Stage {task.stage + 1} ran out of time"
        yield Entry(at=task.decided_at, icon="hourglass", who="", what=what)


def _of_place(place: Assignment) -> Iterator[Entry]:
    who, what = str(place.assessor), "took the task on" if place.claimed else "was asked to decide"
    yield Entry(at=place.created_at, icon="user-plus", who=who, what=what)
    if place.state == Assignment.State.RELEASED:
        yield Entry(at=place.updated_at, icon="undo-2", who=who, what="gave the task back")
    if place.state == Assignment.State.REASSIGNED:
        yield Entry(
            at=place.updated_at, icon="arrow-left-right", who=who, what="passed the task on"
        )


def _of_first_view(view: FirstView) -> Entry:
    what = FIRST_VIEWS[view.agrees]
    return Entry(
        at=view.created_at, icon="eye", who=str(view.assessor), what=what, said=view.remark
    )


def _end(request: ApprovalRequest) -> Iterator[Entry]:
    if request.closed_at:
        icon, what = ENDS[ApprovalRequest.Status(request.status)]
        yield Entry(at=request.closed_at, icon=icon, who="", what=what)

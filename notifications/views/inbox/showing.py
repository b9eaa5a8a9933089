"""Rows of a person's list, as their page shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from notifications.models import Notification
from notifications.services import Step

PRESSING = timedelta(hours=12)
State = Notification.State

# By step: its icon, and the key that does it.
LOOKS = {
    Step.READ: ("check", "u"),
    Step.UNREAD: ("mail", "u"),
    Step.SNOOZE: ("clock", "h"),
    Step.ARCHIVE: ("archive", "e"),
    Step.UNARCHIVE: ("inbox", "e"),
    Step.WAKE: ("inbox", "h"),
}


@dataclass(frozen=True, kw_only=True)
class Act:
    """A button for a step."""

    step: Step

    @property
    def label(self) -> str:
        return self.step.label

    @property
    def icon(self) -> str:
        return LOOKS[self.step][0]

    @property
    def key(self) -> str:
        return LOOKS[self.step][1]

    @property
    def asks_when(self) -> bool:
        return self.step == Step.SNOOZE


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One row; `here` is whether it stands in the list that is shown."""

    told: Notification
    here: bool
    zone: tzinfo
    now: datetime

    @property
    def acts(self) -> list[Act]:
        return [Act(step=step) for step in _steps(self.told)]

    @property
    def is_new(self) -> bool:
        return self.told.is_unread and self.told.state == State.UNSEEN

    @property
    def is_pressing(self) -> bool:
        due_at = self.told.due_at
        return due_at is not None and not self.told.handled_at and due_at - self.now < PRESSING

    @property
    def elsewhere(self) -> str:
        """Where it is, unless the page's own list says so already."""
        if self.told.state == State.SNOOZED:
            return f"Snoozed until {self._until()}"
        return "" if self.here else {State.ARCHIVED: "Archived"}.get(self.told.state, "")

    def _until(self) -> str:
        if self.told.snoozed_until is None:
            return ""
        at = self.told.snoozed_until.astimezone(self.zone)
        today = self.now.astimezone(self.zone).date()
        clock = f"{at:%H:%M}"
        return clock if at.date() == today else f"{at:%a} {at.day} {at:%b}, {clock}"


def _steps(told: Notification) -> Iterator[Step]:
    """What can be done with it as it stands."""
    if told.state == State.ARCHIVED:
        yield Step.UNARCHIVE
        return
    if told.state == State.SNOOZED:
        yield Step.WAKE
    elif not told.handled_at:
        yield Step.UNREAD if told.state == State.READ else Step.READ
        yield Step.SNOOZE
    yield Step.ARCHIVE

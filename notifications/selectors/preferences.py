"""One person's preferences: as the page and the API show them, and what they would have done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from notifications.kinds import KINDS, Because, Channel, Kind, Mode
from notifications.models import PersonSettings, Trace
from notifications.planning import DISTURBING, Modes, Wishes, chosen, is_fixed
from notifications.planning.rehearsal import Told
from notifications.selectors.reach import reach_of
from notifications.selectors.wishes import choices_of, set_for_all, wishes_from

Choices = Mapping[tuple[Kind, Channel], Mode]

# What is looked at for a preview, newest first; nobody has to wait for a page because of more.
MOST_TRACES = 5_000
_NEVER_SENT = {Because.SETTLED.value, Because.MUTED.value}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """
    How one kind is told by one channel: `general` to everybody, `own` if the person chose.

    `fixed` says why they cannot choose, or is empty.
    """

    kind: Kind
    channel: Channel
    general: Mode
    own: Mode | None
    fixed: str

    @property
    def mode(self) -> Mode:
        return self.general if self.own is None or self.fixed else self.own


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """All that decides how a person is told; `settings` may not be saved yet."""

    settings: PersonSettings
    choices: Choices
    general: Modes
    channels: frozenset[Channel]
    broken: frozenset[Channel]

    @cached_property
    def cells(self) -> list[Cell]:
        """One for each kind and each channel with an address, in the order of the words."""
        return [
            self._cell(kind, channel)
            for kind in Kind
            for channel in Channel
            if channel in self.channels
        ]

    def _cell(self, kind: Kind, channel: Channel) -> Cell:
        general, _ = Wishes(modes=self.general).mode(kind, channel)
        why = ""
        if is_fixed(self.general, kind, channel):
            why = str((Because.CRITICAL if KINDS[kind].critical else Because.LOCKED).label)
        own = self.choices.get((kind, channel))
        return Cell(kind=kind, channel=channel, general=general, own=own, fixed=why)

    def wishes(self) -> Wishes:
        return wishes_from(
            self.settings,
            channels=self.channels,
            broken=self.broken,
            modes=chosen(self.general, self.choices),
        )


def preferences_of(person_id: UUID) -> Preferences:
    """What somebody chose so far, or has by default."""
    key = str(person_id)
    reach = reach_of([key])[key]
    return Preferences(
        settings=settings_of(person_id),
        choices=choices_of([key]).get(key, {}),
        general=set_for_all(),
        channels=reach.channels,
        broken=reach.broken,
    )


def settings_of(person_id: UUID) -> PersonSettings:
    """Their settings, or the defaults, not saved."""
    found = PersonSettings.objects.filter(person_id=person_id).first()
    return found or PersonSettings(person_id=person_id)


def modes_for(channel: Channel) -> tuple[Mode, ...]:
    """What may be chosen for a channel: only what disturbs a person can come in a digest."""
    return tuple(Mode) if channel in DISTURBING else (Mode.NOW, Mode.OFF)


def lately_told(person_id: UUID, *, since: datetime) -> Iterator[Told]:
    """What the person was told since then, but what was settled or muted: for a rehearsal."""
    traces = (
        Trace.objects.filter(recipient_id=person_id, traced_at__gte=since)
        .exclude(verdict=Trace.Verdict.NOT_TOLD)
        .select_related("notification")
        .order_by("-id")[:MOST_TRACES]
    )
    for trace in traces:
        told = trace.notification
        if trace.kind in KINDS and not _NEVER_SENT & _steps(trace):
            yield Told(
                kind=Kind(trace.kind),
                cause=trace.cause,
                at=trace.traced_at,
                due_at=told.due_at if told else None,
                over_at=_over_at(told.read_at, told.handled_at) if told else None,
            )


def _steps(trace: Trace) -> set[str]:
    return {step for way in trace.channels for step in way["because"]}


def _over_at(*moments: datetime | None) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)

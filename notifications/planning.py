"""By which ways somebody is told of something, at once, later or not: pure, and explained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from notifications.kinds import KINDS, Because, Channel, Kind, Mode, Outcome
from notifications.rules import Note
from outbox.events import Envelope


@dataclass(frozen=True, kw_only=True)
class Way:
    """What becomes of one notification on one channel, and each step that led there."""

    channel: Channel
    outcome: Outcome
    because: tuple[Because, ...]
    until: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "channel": self.channel.value,
            "outcome": self.outcome.value,
            "because": [each.value for each in self.because],
            "until": self.until.isoformat() if self.until else "",
        }


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """All that decides how one person is told. `channels` are those that reach them."""

    channels: frozenset[Channel] = field(
        default_factory=lambda: frozenset({Channel.IN_APP, Channel.EMAIL})
    )
    modes: Mapping[tuple[Kind, Channel], tuple[Mode, Because]] = field(default_factory=dict)


def ways(kind: Kind, wishes: Wishes, *, at: datetime) -> Iterator[Way]:
    """One for each channel that reaches the person; `at` is when the event is told."""
    for channel in Channel:
        if channel not in wishes.channels:
            continue
        mode, why = wishes.modes.get((kind, channel), (KINDS[kind].modes[channel], Because.DEFAULT))
        outcome = Outcome.DROP if mode == Mode.OFF else Outcome.SEND
        yield Way(channel=channel, outcome=outcome, because=(why,))


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One note, and what is to become of it; `because` says why nobody is told at all."""

    note: Note
    envelope: Envelope
    ways: tuple[Way, ...] = ()
    because: Because | None = None

    @property
    def is_told(self) -> bool:
        return self.because is None

    @property
    def goes_to_archive(self) -> bool:
        """Whether the person wants it in no list that they look at."""
        return any(
            way.channel == Channel.IN_APP and way.outcome == Outcome.DROP for way in self.ways
        )

    def settled(self) -> "Telling":
        """The same, where it was settled before it was told: it is kept, and goes nowhere."""
        ways = (
            way
            if way.channel == Channel.IN_APP
            else Way(channel=way.channel, outcome=Outcome.DROP, because=(Because.SETTLED,))
            for way in self.ways
        )
        return replace(self, ways=tuple(ways))

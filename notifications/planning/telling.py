"""One note to one person, and what is to become of it."""

from dataclasses import dataclass, replace

from notifications.kinds import Because, Channel, Outcome
from notifications.planning.ways import Way
from notifications.rules import Note
from outbox.events import Envelope


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

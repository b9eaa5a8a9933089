"""One note to one person, and what is to become of it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from notifications.kinds import KINDS, Because, Channel, Outcome
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

    def silenced(self) -> "Telling":
        """
        The same to somebody who muted what it is about.

        What waits for them to act stays in their list and goes nowhere else. What is critical, and
        what an administrator locked, is not to be muted.
        """
        about = KINDS[self.note.kind]
        if about.critical or not self.is_told:
            return self
        kept = {Channel.IN_APP} if about.waits else set()
        ways = tuple(
            way
            if way.channel in kept or Because.LOCKED in way.because
            else Way(channel=way.channel, outcome=Outcome.DROP, because=(Because.MUTED,))
            for way in self.ways
        )
        if all(way.outcome == Outcome.DROP for way in ways):
            return replace(self, ways=(), because=Because.MUTED)
        return replace(self, ways=ways)

    def joined(self, channels: Collection[Channel]) -> "Telling":
        """The same, where on these channels a message that waits already tells of it as well."""
        ways = (
            replace(way, because=(*way.because, Because.WAITING))
            if way.channel in channels
            else way
            for way in self.ways
        )
        return replace(self, ways=tuple(ways)) if channels else self

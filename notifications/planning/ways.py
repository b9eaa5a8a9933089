"""By which ways somebody is told of something, at once, later or not: pure, and explained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from notifications.kinds import KINDS, Because, Channel, Kind, Mode, Outcome
from notifications.planning.hours import Hours

# These disturb a person; the list and programs that listen have neither nights nor digests.
DISTURBING = frozenset({Channel.EMAIL, Channel.CHAT})
THROTTLED_OVER = timedelta(hours=1)
# What is due sooner than this after a digest would come too late in it.
LEAST_NOTICE = timedelta(hours=4)


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


Modes = Mapping[tuple[Kind, Channel], tuple[Mode, Because]]


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """
    All that decides how one person is told.

    `channels` are those with an address, `broken` those of them that do not work. `modes` has what
    differs from the defaults in KINDS, and who said so. `recent` are the times, in order, at which
    messages went out by a channel within the last hour; of those there may be `most_an_hour`.
    """

    channels: frozenset[Channel] = frozenset({Channel.IN_APP, Channel.EMAIL})
    broken: frozenset[Channel] = frozenset()
    modes: Modes = field(default_factory=dict)
    hours: Hours = field(default_factory=Hours)
    most_an_hour: int = 20
    recent: Mapping[Channel, tuple[datetime, ...]] = field(default_factory=dict)

    def mode(self, kind: Kind, channel: Channel) -> tuple[Mode, Because]:
        """How this kind is told by this channel, and who chose that."""
        return self.modes.get((kind, channel), (KINDS[kind].modes[channel], Because.DEFAULT))

    def sent(self, channel: Channel, at: datetime) -> "Wishes":
        """The same, once one more message has gone out."""
        times = (*self._lately(channel, at), at)
        return replace(self, recent={**self.recent, channel: times})

    def free_at(self, channel: Channel, at: datetime) -> datetime:
        """When the next message may go out by this channel; `at` itself if that is now."""
        lately = self._lately(channel, at)
        if len(lately) < self.most_an_hour:
            return at
        return lately[-self.most_an_hour] + THROTTLED_OVER

    def _lately(self, channel: Channel, at: datetime) -> list[datetime]:
        return [then for then in self.recent.get(channel, ()) if then > at - THROTTLED_OVER]


def ways(
    kind: Kind, wishes: Wishes, *, at: datetime, due_at: datetime | None = None
) -> Iterator[Way]:
    """
    One for each channel that has an address; `at` is when the event is told.

    Nothing waits for its turn beyond `due_at`, or for a digest that comes shortly before. Quiet
    hours are kept even then; only what is critical comes in them.
    """
    for channel in Channel:
        if channel in wishes.channels:
            yield _way(kind, channel, wishes, at, due_at)
        elif channel == Channel.EMAIL:
            yield _dropped(channel, Because.NO_ADDRESS)


def _way(
    kind: Kind, channel: Channel, wishes: Wishes, at: datetime, due_at: datetime | None
) -> Way:
    mode, why = wishes.mode(kind, channel)
    if mode == Mode.OFF:
        return _dropped(channel, why)
    if channel in wishes.broken:
        return _dropped(channel, why, Because.BROKEN)
    if channel not in DISTURBING:
        return Way(channel=channel, outcome=Outcome.SEND, because=(why,))
    because, until = _waits(mode, channel, wishes, at, due_at)
    if until is None:
        return Way(channel=channel, outcome=Outcome.SEND, because=(why, *because))
    if KINDS[kind].critical:
        because = (*because, Because.CRITICAL)
        return Way(channel=channel, outcome=Outcome.SEND, because=(why, *because))
    return Way(channel=channel, outcome=Outcome.HOLD, because=(why, *because), until=until)


def _waits(
    mode: Mode, channel: Channel, wishes: Wishes, at: datetime, due_at: datetime | None
) -> tuple[tuple[Because, ...], datetime | None]:
    """What it waits for, the last step last, and until when; None if for nothing."""
    skipped: tuple[Because, ...] = ()
    if mode == Mode.DIGEST:
        until = wishes.hours.next_digest(at)
        if due_at is None or until <= due_at - LEAST_NOTICE:
            return (Because.DIGESTED,), until
        skipped = (Because.DIGESTED, Because.DUE_FIRST)
    if wishes.hours.is_quiet(at):
        return (*skipped, Because.QUIET_HOURS), wishes.hours.waking(at)
    free_at = wishes.free_at(channel, at)
    if free_at > at:
        until = wishes.hours.waking(free_at)
        if due_at is None or until < due_at:
            return (*skipped, Because.THROTTLED), until
        skipped = (*skipped, Because.THROTTLED, Because.DUE_FIRST)
    return skipped, None


def _dropped(channel: Channel, *because: Because) -> Way:
    return Way(channel=channel, outcome=Outcome.DROP, because=because)


def is_fixed(general: Modes, kind: Kind, channel: Channel) -> bool:
    """Whether people cannot choose it: it is critical, or an administrator locked it."""
    return KINDS[kind].critical or general.get((kind, channel), (None, None))[1] == Because.LOCKED


def chosen(general: Modes, own: Mapping[tuple[Kind, Channel], Mode]) -> Modes:
    """The modes of a person who chose `own`, where everybody has `general`."""
    return {
        **general,
        **{
            (kind, channel): (mode, Because.CHOSEN)
            for (kind, channel), mode in own.items()
            if not is_fixed(general, kind, channel)
        },
    }

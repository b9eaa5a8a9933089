"""What wishes would have made of what happened: pure, and by the same planning."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from notifications.kinds import Because, Channel, Kind, Outcome
from notifications.planning.ways import DISTURBING, Way, Wishes, ways


@dataclass(frozen=True, kw_only=True)
class Told:
    """
    Something that somebody was told at `at`.

    Of two with one `cause` that wait, one message tells. `over_at` is when it was read or settled:
    what waits longer than that is not sent.
    """

    kind: Kind
    cause: str
    at: datetime
    due_at: datetime | None = None
    over_at: datetime | None = None


@dataclass(kw_only=True)
class Count:
    """Messages that would have gone out by a channel, each alone or as a digest of several."""

    single: int = 0
    digests: int = 0
    waiting: int = 0


@dataclass(kw_only=True)
class _Channel:
    count: Count = field(default_factory=Count)
    # By cause.
    held: dict[str, tuple[Way, Told]] = field(default_factory=dict)
    # Nothing of it is due earlier; so a week of thousands is not looked through for each.
    next_at: datetime | None = None


def rehearse(told: Iterable[Told], wishes: Wishes, *, until: datetime) -> Mapping[Channel, Count]:
    """What would have gone out until then by each channel but the list; `told` in any order."""
    channels: defaultdict[Channel, _Channel] = defaultdict(_Channel)
    for each in sorted(told, key=lambda one: one.at):
        wishes = _release(channels, wishes, each.at)
        for way in ways(each.kind, wishes, at=each.at, due_at=each.due_at):
            if way.channel != Channel.IN_APP:
                wishes = _take(channels[way.channel], way, each, wishes)
    _release(channels, wishes, until)
    for channel in channels.values():
        channel.count.waiting = len(channel.held)
    return {key: channel.count for key, channel in channels.items()}


def _take(channel: _Channel, way: Way, told: Told, wishes: Wishes) -> Wishes:
    if way.outcome == Outcome.SEND:
        channel.held.pop(told.cause, None)
        channel.count.single += 1
        return wishes.sent(way.channel, told.at) if way.channel in DISTURBING else wishes
    if way.until is not None:
        before = channel.held.get(told.cause)
        if before is not None and before[0].until is not None and before[0].until < way.until:
            way = before[0]
        channel.held[told.cause] = (way, told)
        channel.next_at = min(filter(None, (channel.next_at, way.until)))
    return wishes


def _release(channels: Mapping[Channel, _Channel], wishes: Wishes, at: datetime) -> Wishes:
    """Send what is due by then, in order; what is due together goes together."""
    for key, channel in channels.items():
        while channel.next_at is not None and channel.next_at <= at:
            then, held = channel.next_at, channel.held
            going = [pair for pair in held.values() if pair[0].until == then]
            channel.held = {cause: pair for cause, pair in held.items() if pair[0].until != then}
            times = (way.until for way, _ in channel.held.values() if way.until)
            channel.next_at = min(times, default=None)
            if _count(channel.count, going, then):
                wishes = wishes.sent(key, then)
    return wishes


def _count(count: Count, going: Sequence[tuple[Way, Told]], then: datetime) -> bool:
    """Whether anything goes out at all."""
    left = [(way, told) for way, told in going if told.over_at is None or told.over_at > then]
    if len(left) > 1 or any(way.because[-1] == Because.DIGESTED for way, _ in left):
        count.digests += 1
    else:
        count.single += len(left)
    return bool(left)

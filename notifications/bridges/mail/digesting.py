"""What stands in a digest, and in which order: what may be missed first stands first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from notifications.bridges.mail.pages import page
from notifications.kinds import KINDS, Because, Kind
from notifications.models import Delivery, Notification, PersonSettings

_NEVER = datetime.max.replace(tzinfo=UTC)
MOST = 50  # items; some mail programs cut off what is longer than 100 kB

Every = PersonSettings.Every
_SOON = {
    Every.HOURLY: ("Due within an hour", timedelta(hours=1)),
    Every.DAILY: ("Due within a day", timedelta(days=1)),
    Every.WEEKLY: ("Due within a week", timedelta(days=7)),
}
_CALLED = {
    Every.HOURLY: "Your hourly digest",
    Every.DAILY: "Your daily digest",
    Every.WEEKLY: "Your weekly digest",
}


@dataclass(frozen=True, kw_only=True)
class Item:
    subject: str
    body: str
    reason: str
    link: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """`tone` is the class and `colour` the light colour of its title."""

    title: str
    items: Sequence[Item]
    tone: str = "ink"
    colour: str = "#14181f"


def arranged(told: Iterable[Notification], *, now: datetime) -> list[Notification]:
    """By the risk of missing the due time: the soonest first, then what waits, then news."""

    def risk(told: Notification) -> tuple[bool, bool, datetime, int]:
        return not _waits(told), not _is_late(told, now), told.due_at or _NEVER, -told.rank

    return sorted(told, key=risk)


def sections(told: Sequence[Notification], *, every: str, now: datetime) -> Iterator[Section]:
    """What was arranged, under titles; those with nothing under them are left out."""
    soon, within = _SOON[Every(every)]
    waiting = [each for each in told if _waits(each)]
    due = [(each, each.due_at) for each in waiting if each.due_at and not _is_late(each, now)]
    whenever = [each for each in waiting if not each.due_at and not _is_late(each, now)]
    parts = (
        ("Overdue", "bad", "#b3261e", [each for each in waiting if _is_late(each, now)]),
        (soon, "warn", "#8a4b00", [each for each, at in due if at <= now + within]),
        ("Due later", "ink", "#14181f", [each for each, at in due if at > now + within]),
        ("Waiting for you", "ink", "#14181f", whenever),
        ("To know", "ink", "#14181f", [each for each in told if not _waits(each)]),
    )
    for title, tone, colour, found in parts:
        if found:
            items = [_item(each) for each in found]
            yield Section(title=title, items=items, tone=tone, colour=colour)


def subject(told: Sequence[Notification], deliveries: Sequence[Delivery], every: str) -> str:
    """Such as "Your daily digest: 3 to do, 2 to know"."""
    to_do = sum(map(_waits, told))
    counts = ((to_do, "to do"), (len(told) - to_do, "to know"))
    said = ", ".join(f"{count} {words}" for count, words in counts if count)
    match _held(deliveries):
        case Because.QUIET_HOURS:
            return f"After your quiet hours: {said}"
        case Because.DIGESTED:
            return f"{_CALLED[Every(every)]}: {said}"
        case _:
            return f"More for you: {said}"


def lead(deliveries: Sequence[Delivery]) -> str:
    """Why it comes together."""
    match _held(deliveries):
        case Because.QUIET_HOURS:
            return "It came in your quiet hours and waited until they were over."
        case Because.DIGESTED:
            return "You asked to have these together."
        case Because.THROTTLED:
            return "You had many messages within an hour, so the rest come together."
        case _:
            return "These waited and come together."


def _held(deliveries: Sequence[Delivery]) -> Because | None:
    """What all of them waited for; None where they waited for different things."""
    held = {delivery.held for delivery in deliveries}
    return Because(held.pop()) if len(held) == 1 and "" not in held else None


def _waits(notification: Notification) -> bool:
    return KINDS[Kind(notification.kind)].waits


def _is_late(notification: Notification, now: datetime) -> bool:
    """What is overdue may still be decided for a while: then that is its due time."""
    if notification.kind == Kind.TASK_OVERDUE:
        return True
    return notification.due_at is not None and notification.due_at <= now


def _item(notification: Notification) -> Item:
    return Item(
        subject=KINDS[Kind(notification.kind)].subject,
        body=notification.body,
        reason=notification.reason,
        link=page(notification.url),
        why=page(f"/notifications/{notification.pk}/why/"),
    )

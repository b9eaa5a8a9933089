"""Why somebody was not told of an event at all: worked out anew from its rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accounts.models import User
from accounts.things import may_see
from core.actor import Actor
from notifications.models import Watch
from notifications.rules import RULES, Note, Rule, Settled, Step
from outbox.events import Envelope, rebuild
from outbox.models import Delivery, Event

_KEPT = "The log does not have this event any more: events are kept for 90 days."
_NO_RULE = "No rule tells anybody of this kind of event."
_NOT_NAMED = "No rule names them for this event."
_ONLY_SETTLES = "This event tells nobody to act: it withdraws what had been told before."
_LEFT = "Their account is closed."
_OWN_ACT = "They did it themselves."
_WAITS = "A rule names them, and telling has not been done yet: it waits for the machinery."
_DEAD = "A rule names them, but telling was given up; the Activity page has why."
_BEFORE = "A rule names them, but what was made of it was not kept, or they came only later."
_HIDDEN = "They watch it, but may not see what it happened to."
_LATER = "They watch it, but began to only after it had happened."
_WATCHES = "They watch it now, and may see it; they did not when it was told."
_MUTED = "They muted it."
_NO_WATCH = "They watch neither the question nor the work of whoever asked."


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A rule that hears of the event, and how many people it named."""

    rule: str
    says: str
    named: int
    names_them: bool


@dataclass(frozen=True, kw_only=True)
class WhyNot:
    """`reasons` are sentences, the one that decides first; as things stand now."""

    reasons: tuple[str, ...]
    rules: tuple[Heard, ...] = ()


def why_not(person: User, event: Event | None) -> WhyNot:
    """For somebody whom no trace of this event names. Nothing is told by asking."""
    if event is None:
        return WhyNot(reasons=(_KEPT,))
    rules = [rule for rule in RULES.values() if rule.event == event.name]
    if not rules:
        return WhyNot(reasons=(_NO_RULE,))
    said = {rule.name: _said(rule, event) for rule in rules}
    heard = tuple(_heard(rule, said[rule.name], str(person.pk)) for rule in rules)
    everything = [each for some in said.values() for each in some]
    return WhyNot(reasons=tuple(_reasons(person, event, everything, heard)), rules=heard)


def _said(rule: Rule, event: Event) -> list[Note | Settled | Step]:
    envelope = Envelope(
        event_id=str(event.uuid),
        occurred_at=event.occurred_at,
        actor=Actor(id=event.actor_id, label=event.actor_label),
        correlation_id=event.correlation_id,
    )
    return list(rule(rebuild(event.name, event.payload), envelope))


def _heard(rule: Rule, said: Sequence[Note | Settled | Step], person_id: str) -> Heard:
    named = [each.recipient_id for each in said if isinstance(each, Note)]
    return Heard(rule=rule.name, says=rule.says, named=len(named), names_them=person_id in named)


def _reasons(
    person: User, event: Event, said: Sequence[Note | Settled | Step], heard: Sequence[Heard]
) -> Iterator[str]:
    if any(each.names_them for each in heard):
        yield _how_far(event)
    elif all(isinstance(each, Settled) for each in said):
        yield _ONLY_SETTLES
    else:
        yield _NOT_NAMED
    if event.actor_id == str(person.pk):
        yield _OWN_ACT
    if not person.is_active:
        yield _LEFT
    for step in said:
        if isinstance(step, Step):
            yield _of_watcher(person, event, step)


def _how_far(event: Event) -> str:
    ours = event.deliveries.filter(subscriber__startswith="notifications.")
    states = set(ours.values_list("status", flat=True))
    if Delivery.Status.DEAD in states:
        return _DEAD
    return _WAITS if Delivery.Status.WAITING in states else _BEFORE


def _of_watcher(person: User, event: Event, step: Step) -> str:
    theirs = {
        each.thing: each for each in Watch.objects.filter(person=person, thing__in=step.about)
    }
    nearest = next((theirs[thing] for thing in step.about if thing in theirs), None)
    if nearest is None:
        return _NO_WATCH
    if nearest.mode == Watch.Mode.MUTE:
        return _MUTED
    if not may_see(person, *step.sees):
        return _HIDDEN
    return _LATER if nearest.created_at > event.occurred_at else _WATCHES

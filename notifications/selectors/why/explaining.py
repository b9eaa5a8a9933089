"""What was made of events for people, put together from traces, deliveries and attempts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch
from django.utils.dateparse import parse_datetime

from notifications.kinds import Channel, Kind, Outcome
from notifications.models import Attempt, Delivery, Notification, Trace
from notifications.rules import RULES
from notifications.selectors.why.voices import Voice, reason, spoken
from outbox.models import Event

MOST = 25  # events of one row

_GONE_RULE = "A rule of an earlier release named them."
_VERDICTS = {
    Trace.Verdict.TOLD: "It became a row in your list.",
    Trace.Verdict.MERGED: "It joined the row about the same thing in your list.",
    Trace.Verdict.NOT_TOLD: "You were not told.",
}
_IN_APP = {
    Outcome.SEND: "It stood in your list at once.",
    Outcome.DROP: "It went straight to your archive.",
}


@dataclass(frozen=True, kw_only=True)
class Try:
    """One attempt at sending, and what was answered."""

    at: datetime
    succeeded: bool
    answer: str


@dataclass(frozen=True, kw_only=True)
class Story:
    """
    What became of it on one channel.

    `outcome` and `because` are what was decided when it was told, the latter in sentences, each a
    step; `became` is what happened then, at `became_at`.
    """

    channel: str
    label: str
    outcome: str
    decided: str
    because: tuple[str, ...]
    until: datetime | None = None
    status: str = ""
    became: str = ""
    became_at: datetime | None = None
    attempts: tuple[Try, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Explained:
    """One event and one person: from what happened to each attempt at telling."""

    trace: Trace
    event: str
    actor: str
    kind: str
    rule_says: str
    verdict: str
    because: str
    stories: tuple[Story, ...]


def explain_row(told: Notification, voice: Voice) -> list[Explained]:
    """The newest events that a row tells of, the latest first; MOST of them."""
    traces = Trace.objects.filter(notification=told).order_by("-id")[:MOST]
    return explain(list(traces), voice)


def explain(traces: Sequence[Trace], voice: Voice) -> list[Explained]:
    """The traces in words, in this order; three queries for any number of them."""
    events = {
        each.uuid: each
        for each in Event.objects.filter(uuid__in={trace.event_id for trace in traces})
    }
    sent = _deliveries(traces)
    return [
        _explained(
            trace, events.get(trace.event_id), sent[trace.recipient_id, trace.event_id], voice
        )
        for trace in traces
    ]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something that became of a row."""

    at: datetime
    icon: str
    text: str


def life_of(told: Notification, voice: Voice) -> list[Moment]:
    """What became of a row in its recipient's list, in order."""
    known = [
        (told.created_at, "bell", "It came into your list."),
        (told.seen_at, "eye", "It was on your screen."),
        (told.read_at, "check", "You read it."),
        (told.archived_at, "layers", "It went to your archive."),
        (told.handled_at, "circle-check", told.handled or "It was settled."),
    ]
    if told.times > 1:
        known.insert(1, (told.told_at, "rotate-ccw", _again(told.times)))
    moments = [Moment(at=at, icon=icon, text=spoken(text, voice)) for at, icon, text in known if at]
    return sorted(moments, key=lambda moment: moment.at)


def _again(times: int) -> str:
    return f"It came once more, {times} times in all, and was new to you again."


def about(trace: Trace, voice: Voice) -> str:
    """What an event meant to the person; a kind of a later release stands for itself."""
    return spoken(Kind(trace.kind).label, voice) if trace.kind in Kind.values else trace.kind


def says(rule: str) -> str:
    """Whom a rule tells, in a sentence."""
    return RULES[rule].says if rule in RULES else _GONE_RULE


def _deliveries(traces: Sequence[Trace]) -> Mapping[tuple[UUID, UUID], dict[str, Delivery]]:
    found: defaultdict[tuple[UUID, UUID], dict[str, Delivery]] = defaultdict(dict)
    attempts = Prefetch("attempts", Attempt.objects.order_by("began_at", "pk"))
    deliveries = Delivery.objects.filter(
        recipient__in={trace.recipient_id for trace in traces},
        event_id__in={trace.event_id for trace in traces},
    )
    for each in deliveries.select_related("digest").prefetch_related(attempts):
        found[each.recipient_id, each.event_id][each.channel] = each
    return found


def _explained(
    trace: Trace, event: Event | None, sent: Mapping[str, Delivery], voice: Voice
) -> Explained:
    return Explained(
        trace=trace,
        event=event.name if event else "",
        actor=event.actor_label if event else "",
        kind=about(trace, voice),
        rule_says=says(trace.rule),
        verdict=spoken(_VERDICTS[Trace.Verdict(trace.verdict)], voice),
        because=reason(trace.because, voice) if trace.because else "",
        stories=tuple(_stories(trace, sent, voice)),
    )


def _stories(trace: Trace, sent: Mapping[str, Delivery], voice: Voice) -> Iterator[Story]:
    ways = {way["channel"]: way for way in trace.channels}
    for channel in Channel:
        way, delivery = ways.get(channel.value), sent.get(channel.value)
        if way is None and delivery is None:
            continue
        outcome = Outcome(way["outcome"]) if way else Outcome.SEND
        until = parse_datetime(way["until"]) if way and way["until"] else None
        became, at = _became(channel, outcome, delivery, trace)
        yield Story(
            channel=channel.value,
            label=channel.label,
            outcome=outcome.value,
            decided=spoken(_decided(channel, outcome), voice),
            because=tuple(reason(word, voice) for word in way["because"]) if way else (),
            until=until,
            status=delivery.status if delivery else "",
            became=spoken(became, voice),
            became_at=at,
            attempts=tuple(_tries(delivery)) if delivery else (),
        )


def _decided(channel: Channel, outcome: Outcome) -> str:
    if channel == Channel.IN_APP:
        return _IN_APP.get(outcome, "It was held.")
    return f"{outcome.label}."


def _became(
    channel: Channel, outcome: Outcome, delivery: Delivery | None, trace: Trace
) -> tuple[str, datetime | None]:
    if channel == Channel.IN_APP or (outcome == Outcome.DROP and delivery is None):
        return "", None
    if delivery is None:
        if trace.verdict == Trace.Verdict.NOT_TOLD:
            return "", None
        return "A message about the same thing was waiting already; this is part of it.", None
    return _status(delivery)


def _status(delivery: Delivery) -> tuple[str, datetime | None]:
    match Delivery.Status(delivery.status):
        case Delivery.Status.SENT:
            return _sent(delivery), delivery.sent_at
        case Delivery.Status.CANCELLED:
            return f"Withdrawn before it was sent. {delivery.answer}".strip(), None
        case Delivery.Status.FAILED:
            return f"Given up. {delivery.answer}".strip(), None
    if delivery.released_at is None:
        return "It still waits for its time.", delivery.due_at
    return "It is on its way.", delivery.released_at


def _sent(delivery: Delivery) -> str:
    words = "Sent together with others." if delivery.digest_id else "Sent."
    return f"{words} {delivery.answer}".strip()


def _tries(delivery: Delivery) -> Iterator[Try]:
    for each in delivery.attempts.all():
        yield Try(at=each.began_at, succeeded=each.succeeded, answer=each.answer)

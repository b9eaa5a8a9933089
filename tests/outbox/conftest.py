"""A bell that rings, and those who hear it."""

from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from django.db import transaction

from core.actor import Actor
from outbox import events
from outbox.events import DomainEvent, subscribe
from outbox.models import Delivery
from outbox.publishing import publish_all

BEN = Actor(id="ben", label="Ben Ito")


@dataclass(frozen=True, kw_only=True)
class Rang(DomainEvent):
    name: ClassVar[str] = "tests.rang"

    tone: str


@dataclass
class Ears:
    """What the two subscribers heard, and what they answer with."""

    heard: list = field(default_factory=list)
    batches: list = field(default_factory=list)
    fail_on: dict = field(default_factory=dict)
    envelopes: list = field(default_factory=list)


ears = Ears()


@subscribe(Rang)
def hear(event, envelope):
    if event.tone in ears.fail_on:
        raise ears.fail_on[event.tone]
    ears.heard.append(event.tone)
    ears.envelopes.append(envelope)


@subscribe(Rang, batch=True)
def hear_all(pairs):
    tones = [event.tone for event, _ in pairs]
    ears.batches.append(tones)
    for tone in tones:
        if f"batch {tone}" in ears.fail_on:
            raise ears.fail_on[f"batch {tone}"]


@dataclass(frozen=True, kw_only=True)
class Whispered(DomainEvent):
    name: ClassVar[str] = "tests.whispered"

    tone: str


@subscribe(Whispered, schedule=(5.0, 100_000.0), queue="webhooks")
def hear_patiently(event, envelope):
    hear(event, envelope)


@pytest.fixture
def whisper(db):
    """Say something to the subscriber with a schedule of its own; return the delivery."""

    def publish_tone(tone):
        with transaction.atomic():
            publish_all([Whispered(tone=tone)], actor=BEN)
        return Delivery.objects.filter(subscriber="tests.hear_patiently").latest("pk")

    return publish_tone


@pytest.fixture(autouse=True)
def listener():
    ears.__init__()
    return ears


@pytest.fixture(autouse=True)
def no_log_readers(monkeypatch):
    """The outbox alone: what the product's own readers still need is their tests' business."""
    monkeypatch.setattr(events, "_log_readers", {})


@pytest.fixture
def ring(db):
    """Publish one bell a tone; return the deliveries to the single subscriber, in order."""

    def publish_tones(*tones):
        with transaction.atomic():
            publish_all([Rang(tone=tone) for tone in tones], actor=BEN)
        return list(Delivery.objects.filter(subscriber="tests.hear").order_by("-id")[: len(tones)])[
            ::-1
        ]

    return publish_tones

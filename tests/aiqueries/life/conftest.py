"""Queries, and providers that do as they are told: the rim of the product."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from aiqueries import services
from aiqueries.bridges.providers import registry
from aiqueries.bridges.providers.port import ProviderError, Reply
from aiqueries.kinds import Trouble
from aiqueries.models import Attempt, Debit, Price, Query
from aiqueries.routes import Route, provider_settings
from aiqueries.services import running
from aiqueries.services.composing import compose
from outbox import delivery, relay
from outbox.models import Delivery, Event

FIRST, SECOND = Route("first", "large"), Route("second", "small")
TOKENS = 1000  # of what is asked, and of what is answered


class Told:
    """A provider that does one thing after another as it was told; after the last, it answers."""

    def __init__(self):
        self.script = []
        self.asks = []

    def answer(self, ask, *, on_text, stop):
        self.asks.append(ask)
        deed = self.script.pop(0) if self.script else reply()
        if isinstance(deed, BaseException):
            raise deed
        return deed(ask, on_text, stop) if callable(deed) else deed


def reply(text="Lima.", **changes):
    return Reply(
        **{
            "text": text,
            "input_tokens": TOKENS,
            "output_tokens": TOKENS,
            "model": "large-2026",
            "request_id": "r1",
            **changes,
        }
    )


def trouble(kind, **members):
    return ProviderError(Trouble(kind), **members)


@pytest.fixture
def first(providers):
    return providers[0]


@pytest.fixture
def second(providers):
    return providers[1]


@pytest.fixture
def providers(db, settings):
    """Two providers, the dear one first: a dollar for a thousand tokens, and a cent."""
    settings.AI_PROVIDERS = {
        name: {"kind": "offline", "outside": False, "timeout": 30.0} for name in ("first", "second")
    }
    settings.AI_ROUTES = [str(FIRST), str(SECOND)]
    told = [Told(), Told()]
    for route, provider, dollars in zip((FIRST, SECOND), told, (1000, 10), strict=True):
        registry._made[provider_settings(route.provider)] = provider
        Price.objects.create(
            provider=route.provider,
            model=route.model,
            input_per_million=dollars,
            output_per_million=dollars,
        )
    yield told
    registry.forget()


@pytest.fixture
def query(ben, providers):
    return services.ask_query(prompt="Which is the capital of Peru?", actor=ben)


def start(query, route=FIRST, **members):
    query.refresh_from_db()
    composed = compose(query, route.provider)
    return running.start(query.pk, route=route, composed=composed, **members)


def deliver():
    """Deliver all that is due now."""
    while taken := relay.take_due():
        for portion in relay.portions(taken):
            delivery.deliver(portion.handed)


def deliver_again():
    """Deliver also what waits, and what a dead worker has in hand."""
    Delivery.objects.filter(status="WAITING").update(due_at=timezone.now() - timedelta(seconds=1))
    deliver()


def later(**members):
    """Let so much time go by, as far as anything here looks at the clock."""
    gone = timedelta(**members)
    for model, columns in {
        Query: ["expires_at", "cancel_asked_at", "retry_at"],
        Attempt: ["ended_at", "pause_until"],
    }.items():
        for row in model.objects.all():
            moments = {name: getattr(row, name) for name in columns}
            moved = {name: moment - gone for name, moment in moments.items() if moment}
            model.objects.filter(pk=row.pk).update(**moved)


def outcomes(query):
    return list(query.attempts.order_by("number").values_list("provider", "outcome", "trouble"))


def events(name):
    return list(Event.objects.filter(name=f"aiqueries.query_{name}").order_by("pk"))


def ends():
    """The names of the events that end a query."""
    words = ("answered", "failed", "cancelled", "expired")
    return [word for word in words for _ in events(word)]


def assert_paid(query):
    """The query, its calls and its one debit agree on what it cost, and nothing is held back."""
    query.refresh_from_db()
    debit = Debit.objects.get(query=query)
    spent = sum((attempt.cost for attempt in query.attempts.all()), Decimal(0))
    assert (debit.reserved, debit.settled_at is None) == (0, False)
    assert debit.amount == query.cost == spent

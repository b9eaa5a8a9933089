"""What models cost: what was said, and what a call comes to by it."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aiqueries.events import PriceSet
from aiqueries.exceptions import InvalidPrice, UnknownPrice
from aiqueries.models import Price
from outbox.publishing import publish

DEAREST = Decimal(10_000)  # US dollars for a million tokens
FINEST = Decimal("0.000001")
A_MOMENT_AGO = timedelta(minutes=5)  # what people mean by "now" when they type a time
FARTHEST = timedelta(days=5 * 366)


@transaction.atomic
def set_price(
    *,
    provider: str,
    model: str,
    input_per_million: Decimal,
    output_per_million: Decimal,
    actor: User,
    valid_from: datetime | None = None,
    note: str = "",
) -> Price:
    """
    Say what a model costs from a time on, or from now on, in US dollars for a million tokens.

    Nothing is overwritten: of all that was said, the newest whose time has come counts. Calls that
    were made keep their cost, so the time cannot be past. Raises InvalidPrice.
    """
    check_price(
        provider=provider,
        model=model,
        input_per_million=input_per_million,
        output_per_million=output_per_million,
        valid_from=valid_from,
        note=note,
    )
    now = timezone.now()
    price = Price.objects.create(
        provider=provider,
        model=model,
        input_per_million=input_per_million,
        output_per_million=output_per_million,
        valid_from=max(valid_from or now, now),
        note=note,
        created_by=actor,
    )
    publish(_told(price), actor=actor.as_actor())
    return price


def check_price(
    *,
    provider: str,
    model: str,
    input_per_million: Decimal,
    output_per_million: Decimal,
    valid_from: datetime | None = None,
    note: str = "",
) -> None:
    """Refuse what is no price. Raises InvalidPrice."""
    _ensure_named(provider, model)
    _ensure_plausible(input_per_million, "input_per_million")
    _ensure_plausible(output_per_million, "output_per_million")
    _ensure_in_time(valid_from)
    if len(note) > 200:
        raise InvalidPrice("A note has at most 200 characters.", field="note")


def price_of(provider: str, model: str, *, at: datetime) -> Price:
    """What a model cost at that time. Raises UnknownPrice."""
    price = Price.objects.valid(provider, model, at=at)
    if price is None:
        raise UnknownPrice(f"Nobody has set what {provider}/{model} costs, so it is not asked.")
    return price


def cost_of(
    provider: str, model: str, *, input_tokens: int, output_tokens: int, at: datetime
) -> Decimal:
    """
    What a call that began then cost, in US dollars.

    A price that became valid while the call was under way does not count. Raises UnknownPrice.
    """
    price = price_of(provider, model, at=at)
    return price.cost(input_tokens=input_tokens, output_tokens=output_tokens)


def _ensure_named(provider: str, model: str) -> None:
    if provider not in settings.AI_PROVIDERS:
        known = ", ".join(sorted(settings.AI_PROVIDERS)) or "none"
        raise InvalidPrice(
            f"No AI provider of this name is set up. There are: {known}.", field="provider"
        )
    if not model or model != model.strip() or not model.isprintable() or len(model) > 100:
        raise InvalidPrice(
            "Name the model as its provider does, in at most 100 characters.", field="model"
        )


def _ensure_plausible(rate: Decimal, field: str) -> None:
    if not rate.is_finite() or not 0 <= rate <= DEAREST:
        raise InvalidPrice(f"A million tokens cost from 0 to {DEAREST:,} US dollars.", field=field)
    if rate % FINEST:
        raise InvalidPrice("A price has at most 6 decimal places.", field=field)


def _ensure_in_time(valid_from: datetime | None) -> None:
    now = timezone.now()
    if valid_from is not None and valid_from < now - A_MOMENT_AGO:
        raise InvalidPrice("A price counts from now on, or from later on.", field="valid_from")
    if valid_from is not None and valid_from > now + FARTHEST:
        raise InvalidPrice("Nobody knows prices that far ahead.", field="valid_from")


def _told(price: Price) -> PriceSet:
    return PriceSet(
        price_id=price.pk,
        provider=price.provider,
        model=price.model,
        input_per_million=str(price.input_per_million),
        output_per_million=str(price.output_per_million),
        valid_from=price.valid_from.isoformat(),
    )

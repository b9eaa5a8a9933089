"""Saying what a model costs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from aiqueries.exceptions import InvalidPrice
from aiqueries.models import Price
from aiqueries.selectors.money import price_of
from aiqueries.services import budgets
from outbox.models import Event

GIVEN = {
    "provider": "openai",
    "model": "gpt-small",
    "input_per_million": Decimal("0.25"),
    "output_per_million": Decimal(2),
}


def test_it_counts_from_now_on(admin_person):
    price = budgets.set_price(**GIVEN, note="Their page.", actor=admin_person)

    assert price_of("openai", "gpt-small") == price
    assert (price.created_by, price.note) == (admin_person, "Their page.")
    event = Event.objects.get(name="aiqueries.price_set")
    assert event.payload == {
        "price_id": price.pk,
        "provider": "openai",
        "model": "gpt-small",
        "input_per_million": "0.25",
        "output_per_million": "2",
        "valid_from": price.valid_from.isoformat(),
    }
    assert event.actor_label == "Admin Admin"


def test_a_correction_is_another_row(admin_person):
    budgets.set_price(**GIVEN, actor=admin_person)
    budgets.set_price(**GIVEN | {"output_per_million": Decimal(3)}, actor=admin_person)

    assert Price.objects.filter(provider="openai").count() == 2
    assert price_of("openai", "gpt-small").output_per_million == 3


def test_one_that_is_to_come_does_not_count_yet(admin_person):
    budgets.set_price(**GIVEN, actor=admin_person)
    later = timezone.now() + timedelta(days=10)
    budgets.set_price(
        **GIVEN | {"output_per_million": Decimal(9)}, valid_from=later, actor=admin_person
    )

    assert price_of("openai", "gpt-small").output_per_million == 2


def test_a_minute_ago_means_now(admin_person):
    before = timezone.now()

    price = budgets.set_price(**GIVEN, valid_from=before - timedelta(minutes=1), actor=admin_person)

    assert price.valid_from >= before


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        (
            {"provider": "acme"},
            "provider",
            "No AI provider of this name is set up. There are: offline, openai.",
        ),
        ({"model": ""}, "model", "Name the model as its provider does, in at most 100 characters."),
        (
            {"model": " gpt"},
            "model",
            "Name the model as its provider does, in at most 100 characters.",
        ),
        (
            {"input_per_million": Decimal(-1)},
            "input_per_million",
            "A million tokens cost from 0 to 10,000 US dollars.",
        ),
        (
            {"output_per_million": Decimal("NaN")},
            "output_per_million",
            "A million tokens cost from 0 to 10,000 US dollars.",
        ),
        (
            {"output_per_million": Decimal(10_001)},
            "output_per_million",
            "A million tokens cost from 0 to 10,000 US dollars.",
        ),
        (
            {"input_per_million": Decimal("0.0000001")},
            "input_per_million",
            "A price has at most 6 decimal places.",
        ),
        ({"note": "x" * 201}, "note", "A note has at most 200 characters."),
    ],
    ids=[
        *("unknown provider", "no model", "space", "negative", "not a number", "too dear"),
        *("too fine", "long note"),
    ],
)
def test_what_is_no_price_is_refused(admin_person, given, field, says, settings):
    settings.AI_PROVIDERS = {"openai": {}, "offline": {}}
    before = Price.objects.count()

    with pytest.raises(InvalidPrice) as refused:
        budgets.set_price(**GIVEN | given, actor=admin_person)

    assert (refused.value.field, str(refused.value)) == (field, says)
    assert Price.objects.count() == before


@pytest.mark.parametrize("days", [-1, 6 * 366], ids=["past", "far ahead"])
def test_what_was_paid_is_not_priced_anew(admin_person, days):
    with pytest.raises(InvalidPrice) as refused:
        budgets.set_price(
            **GIVEN, valid_from=timezone.now() + timedelta(days=days), actor=admin_person
        )

    assert refused.value.field == "valid_from"

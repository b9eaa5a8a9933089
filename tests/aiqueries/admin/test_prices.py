from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from aiqueries.models import Price
from outbox.models import Event

GIVEN = {
    "provider": "openai",
    "model": "gpt-small",
    "input_per_million": "0.25",
    "output_per_million": "2",
    "note": "Their page.",
}


def price(output, **hours):
    return Price.objects.create(
        provider="openai",
        model="gpt-small",
        input_per_million=0,
        output_per_million=output,
        valid_from=timezone.now() + timedelta(**hours),
    )


def test_administrators_say_what_a_model_costs(desk, admin_person):
    desk.add("price", **GIVEN, valid_from_0="", valid_from_1="")

    made = Price.objects.get(provider="openai")
    assert (made.input_per_million, made.output_per_million) == (Decimal("0.25"), 2)
    assert (made.created_by, made.note) == (admin_person, "Their page.")
    assert Event.objects.filter(name="aiqueries.price_set").count() == 1


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"provider": "openia"}, "provider"),
        ({"model": "gpt small\x00"}, "model"),
        ({"input_per_million": "-1"}, "input_per_million"),
        ({"output_per_million": "10001"}, "output_per_million"),
        ({"output_per_million": "0.0000001"}, "output_per_million"),
        ({"valid_from_0": "2020-01-01", "valid_from_1": "00:00"}, "valid_from"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_nonsense_is_refused_beside_the_field(desk, given, refused):
    answer = desk.add("price", **GIVEN | given)

    assert [*desk.refused(answer)] == [refused]
    assert not Price.objects.filter(provider="openai").exists()


def test_the_list_says_which_counts_now(desk):
    price(1, hours=-2)
    price(2, hours=-1)
    price(3, hours=1)

    page = desk.list("price", q="gpt-small").content.decode()

    assert all(label in page for label in ("Superseded", "Now", "To come"))


def test_a_price_is_never_changed_or_deleted(desk):
    made = price(1, hours=-1)

    assert desk.save(made, **GIVEN).status_code == 403
    assert desk.show(made).status_code == 200


def test_auditors_look_and_say_nothing(auditors_desk):
    assert auditors_desk.list("price").status_code == 200
    assert auditors_desk.add("price", **GIVEN).status_code == 403


def test_the_list_costs_the_same_however_long_it_is(desk, django_assert_max_num_queries):
    for hours in range(1, 21):
        price(hours, hours=-hours)

    with django_assert_max_num_queries(8):
        desk.list("price")

"""What is forgotten of a person who is erased."""

from decimal import Decimal

import pytest

from accounts.erasure import erase_person
from aiqueries import services
from aiqueries.content import digest_of
from aiqueries.models import Account, Budget, Debit, Query
from aiqueries.services import budgets
from aiqueries.services.keeping import set_sending_policy

ASKED = "Who am I, Ben Novak?"


@pytest.fixture
def own(ben):
    query = services.ask_query(prompt=ASKED, actor=ben)
    Query.objects.filter(pk=query.pk).update(answer="You are Ben Novak.")
    return query


@pytest.fixture
def erase(ben, admin_person):
    return lambda: erase_person(person_id=ben.pk, actor=admin_person.as_actor())


def test_their_own_texts_go_and_digests_and_costs_stay(own, erase):
    Debit.objects.create(query=own, amount=1)

    erase()

    own.refresh_from_db()
    assert (own.prompt, own.answer) == ("", "")
    assert own.prompt_digest == digest_of(ASKED)
    assert own.texts_dropped_at is not None
    assert own.debit.amount == 1


def test_in_what_others_asked_only_the_name_goes(asha, erase):
    query = services.ask_query(prompt="Is Ben Novak in today?", actor=asha)

    erase()

    query.refresh_from_db()
    assert query.prompt == "Is [erased] in today?"
    assert query.texts_dropped_at is None


def test_names_go_from_notes_too(admin_person, erase):
    price = budgets.set_price(
        provider="offline",
        model="parrot-1",
        input_per_million=Decimal(0),
        output_per_million=Decimal(0),
        note="Ben Novak says so.",
        actor=admin_person,
    )
    policy = set_sending_policy(
        secure_to=[],
        customer_fields=[],
        keep_text_days=1,
        note="Asked by Ben Novak.",
        actor=admin_person,
    )

    erase()

    price.refresh_from_db()
    policy.refresh_from_db()
    assert (price.note, policy.note) == ("[erased] says so.", "Asked by [erased].")


def test_what_they_spent_stays_in_the_books(own, erase, ben):
    whole = Budget.objects.create(scope="WHOLE", period="DAY", amount=5)
    each = Budget.objects.create(scope="EACH_PERSON", period="DAY", amount=5)
    for budget, holder in ((whole, None), (each, ben)):
        Account.objects.create(budget=budget, holder=holder, starts_on="2026-11-21", spent=1)

    erase()

    assert Account.objects.filter(spent=1).count() == 2

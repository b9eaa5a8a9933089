"""Saying what may leave, and how long texts are kept."""

import pytest

from aiqueries.exceptions import InvalidSendingPolicy
from aiqueries.models import SendingPolicy
from aiqueries.selectors.sending import current_policy
from aiqueries.services.keeping import set_sending_policy
from crm_sync.selectors import CONTEXT_FIELDS
from outbox.models import Event

GIVEN = {"secure_to": ["openai"], "customer_fields": ["city", "name"], "keep_text_days": 30}


@pytest.mark.django_db
def test_without_a_word_nothing_secure_leaves_and_texts_are_kept_for_90_days():
    policy = current_policy()

    assert (policy.secure_to, policy.keep_text_days) == ([], 90)
    assert policy.customer_fields == list(CONTEXT_FIELDS)


def test_the_newest_counts(admin_person):
    set_sending_policy(**GIVEN, actor=admin_person)
    second = set_sending_policy(**GIVEN | {"secure_to": []}, actor=admin_person)

    assert current_policy() == second
    assert SendingPolicy.objects.count() == 2


def test_who_said_what_is_kept_and_told(admin_person):
    policy = set_sending_policy(**GIVEN, note="Agreed with legal.", actor=admin_person)

    assert (policy.created_by, policy.note) == (admin_person, "Agreed with legal.")
    event = Event.objects.get(name="aiqueries.sending_policy_set")
    assert event.payload == {
        "sending_policy_id": policy.pk,
        "secure_to": ["openai"],
        "customer_fields": ["name", "city"],
        "keep_text_days": 30,
    }


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        (
            {"secure_to": ["openia"]},
            "secure_to",
            "There is no AI provider 'openia'. There are: offline, openai.",
        ),
        (
            {"customer_fields": ["name", "email"]},
            "customer_fields",
            "There is no field of customers 'email'. There are: name, industry, city, country, "
            "status.",
        ),
        ({"keep_text_days": -1}, "keep_text_days", "Texts are kept for 0 to 3650 days."),
        ({"keep_text_days": 3651}, "keep_text_days", "Texts are kept for 0 to 3650 days."),
        ({"note": "x" * 201}, "note", "A note has at most 200 characters."),
    ],
    ids=["provider", "field", "negative", "long", "note"],
)
def test_what_is_not_there_cannot_be_named(admin_person, settings, given, field, says):
    settings.AI_PROVIDERS = {"offline": {}, "openai": {}}

    with pytest.raises(InvalidSendingPolicy) as refused:
        set_sending_policy(**GIVEN | given, actor=admin_person)

    assert (refused.value.field, str(refused.value)) == (field, says)
    assert not SendingPolicy.objects.exists()

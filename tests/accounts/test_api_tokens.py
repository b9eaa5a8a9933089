"""Making and ending tokens."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.exceptions import ApiTokenNotFound, InvalidApiToken
from accounts.models import ApiToken
from accounts.services import create_api_token, revoke_api_token
from core.actor import SYSTEM
from outbox.models import Event


def make(user, **changes):
    return create_api_token(
        **{"user": user, "name": "reports", "days": 30, "actor": user.as_actor()} | changes
    )


def test_the_secret_is_nowhere_kept(asha):
    made = make(asha)

    assert made.secret.startswith("imp_")
    row = ApiToken.objects.values().get()
    assert made.secret not in [str(value) for value in row.values()]
    assert row["prefix"] == made.secret[:12]


def test_two_tokens_differ(asha):
    assert make(asha).secret != make(asha).secret


def test_a_token_ends_after_the_days_asked_for(asha):
    made = make(asha, days=2)

    left = made.token.expires_at - timezone.now()
    assert timedelta(days=1, hours=23) < left <= timedelta(days=2)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "\x00"])
def test_a_token_needs_a_usable_name(asha, name):
    with pytest.raises(InvalidApiToken) as refusal:
        make(asha, name=name)

    assert refusal.value.field == "name"
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_token_lasts_a_year_at_most(asha, days):
    with pytest.raises(InvalidApiToken) as refusal:
        make(asha, days=days)

    assert refusal.value.field == "days"
    assert not ApiToken.objects.exists()


def test_making_a_token_is_told(asha):
    made = make(asha)

    event = Event.objects.get(name="accounts.token_created")
    assert event.actor_id == str(asha.id)
    assert event.payload == {
        "token_id": str(made.token.id),
        "user_id": str(asha.id),
        "token_name": "reports",
        "expires_at": made.token.expires_at.isoformat(),
    }


def test_the_owner_ends_a_token(asha):
    token = make(asha).token

    revoke_api_token(token_id=token.id, actor=asha.as_actor())

    token.refresh_from_db()
    assert token.revoked_at is not None
    assert not token.is_usable


def test_ending_a_token_is_told_once(asha):
    token = make(asha).token

    revoke_api_token(token_id=token.id, actor=asha.as_actor())
    revoke_api_token(token_id=token.id, actor=asha.as_actor())

    event = Event.objects.get(name="accounts.token_revoked")
    assert event.payload["token_id"] == str(token.id)


def test_an_administrator_ends_anybodys_token(asha, admin_person):
    token = make(asha).token

    revoke_api_token(token_id=token.id, actor=admin_person.as_actor())

    token.refresh_from_db()
    assert token.revoked_at is not None


def test_the_system_ends_anybodys_token(asha):
    token = make(asha).token

    assert revoke_api_token(token_id=token.id, actor=SYSTEM).revoked_at is not None


def test_somebody_elses_token_is_not_there(asha, cleo):
    token = make(asha).token

    with pytest.raises(ApiTokenNotFound):
        revoke_api_token(token_id=token.id, actor=cleo.as_actor())

    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_token_that_never_was_is_not_there(asha):
    with pytest.raises(ApiTokenNotFound):
        revoke_api_token(token_id=uuid4(), actor=asha.as_actor())

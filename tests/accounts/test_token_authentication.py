"""Programs sign in with `Authorization: Bearer …`."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import ApiToken
from accounts.services import create_api_token, revoke_api_token

pytestmark = pytest.mark.urls("tests.accounts.urls")


@pytest.fixture
def made(asha):
    return create_api_token(user=asha, name="reports", days=30, actor=asha.as_actor())


def call(client, secret, scheme="Bearer"):
    return client.get("/whoami/", headers={"Authorization": f"{scheme} {secret}"})


def test_a_token_acts_as_its_owner(client, made):
    assert call(client, made.secret).json() == {"email": "asha@example.com"}


def test_the_scheme_is_read_in_any_case(client, made):
    assert call(client, made.secret, scheme="bearer").status_code == 200


def test_no_token_is_told_how_to_sign_in(client, db):
    response = client.get("/whoami/")

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="imprimatur"'


@pytest.mark.parametrize("secret", ["", "imp_unknown", "ünïcode", "two words"])
def test_an_unknown_token_is_refused(client, db, secret):
    response = call(client, secret)

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="imprimatur"'


def test_an_expired_token_is_refused(client, made):
    past = timezone.now() - timedelta(days=40)
    ApiToken.objects.update(created_at=past, expires_at=past + timedelta(days=1))

    assert call(client, made.secret).status_code == 401


def test_a_revoked_token_is_refused(client, made, asha):
    revoke_api_token(token_id=made.token.id, actor=asha.as_actor())

    assert call(client, made.secret).status_code == 401


def test_somebody_deactivated_is_refused(client, made, asha):
    asha.is_active = False
    asha.save(update_fields=["is_active"])

    assert call(client, made.secret).status_code == 401


def test_the_first_use_is_noted(client, made):
    call(client, made.secret)

    made.token.refresh_from_db()
    assert made.token.last_used_at is not None


def test_a_use_within_the_same_minute_costs_one_query(client, made, django_assert_num_queries):
    call(client, made.secret)

    with django_assert_num_queries(1):
        call(client, made.secret)


def test_a_use_after_a_minute_is_noted_again(client, made):
    earlier = timezone.now() - timedelta(minutes=2)
    ApiToken.objects.update(last_used_at=earlier)

    call(client, made.secret)

    made.token.refresh_from_db()
    assert made.token.last_used_at > earlier + timedelta(minutes=1)


def test_the_session_works_too(client, asha):
    client.force_login(asha)

    assert client.get("/whoami/").json() == {"email": "asha@example.com"}

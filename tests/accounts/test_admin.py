"""People, groups and tokens in the admin."""

import pytest
from django.contrib.auth.models import Group

from accounts import roles
from accounts.models import User
from accounts.services import create_api_token
from outbox.models import Event
from tests.cast import person


@pytest.fixture
def administrator(db):
    """By role alone, without being a superuser."""
    return person("Root Cellar", roles.ADMINISTRATORS, is_staff=True)


@pytest.fixture
def browser(client, administrator):
    client.force_login(administrator)
    return client


@pytest.mark.parametrize("who", ["asha", "ben", "cleo", "vera"])
def test_only_staff_get_in(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/admin/accounts/user/").status_code == 302


def test_the_admin_has_no_sign_in_of_its_own(client, db):
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0] == "/sign-in/?next=/admin/"


@pytest.mark.parametrize("address", ["/admin/", "/admin/accounts/user/", "/admin/login/"])
def test_who_is_no_staff_is_told_so_and_not_sent_in_circles(client, asha, address):
    client.force_login(asha)

    response = client.get(address, follow=True)

    assert response.status_code == 403
    assert "This is not yours to open" in response.content.decode()


@pytest.mark.parametrize("page", ["user", "apitoken"])
def test_an_administrator_by_role_sees_the_lists(browser, asha, page):
    assert browser.get(f"/admin/accounts/{page}/").status_code == 200


def test_a_list_of_many_people_takes_few_queries(browser, django_assert_max_num_queries):
    for number in range(30):
        person(f"P{number} X", roles.ASSESSORS)

    with django_assert_max_num_queries(12):
        browser.get("/admin/accounts/user/")


def test_giving_a_role_is_told(browser, cleo, administrator):
    assessors = Group.objects.get(name=roles.ASSESSORS)
    form = {"email": cleo.email, "name": cleo.name, "groups": [assessors.pk], "is_active": "on"}

    browser.post(f"/admin/accounts/user/{cleo.pk}/change/", form)

    event = Event.objects.get(name="accounts.groups_changed")
    assert event.payload == {"user_id": str(cleo.pk), "joined": ["assessors"], "left": []}
    assert event.actor_id == str(administrator.pk)


def test_saving_without_a_change_tells_nothing(browser, asha):
    group = asha.groups.get()
    form = {"email": asha.email, "name": "Asha R.", "groups": [group.pk], "is_active": "on"}

    browser.post(f"/admin/accounts/user/{asha.pk}/change/", form)

    asha.refresh_from_db()
    assert asha.name == "Asha R."
    assert not Event.objects.filter(name="accounts.groups_changed").exists()


def test_somebody_new_is_added(browser):
    form = {
        "email": "dora@example.com",
        "name": "Dora",
        "usable_password": "true",
        "password1": "battery staple",
        "password2": "battery staple",
    }

    browser.post("/admin/accounts/user/add/", form)

    assert User.objects.get(email="dora@example.com").check_password("battery staple")


def test_nobody_is_deleted(browser, asha):
    assert browser.post(f"/admin/accounts/user/{asha.pk}/delete/").status_code == 403
    assert User.objects.filter(pk=asha.pk).exists()


def test_a_role_can_be_neither_renamed_nor_deleted(browser):
    group = Group.objects.get(name=roles.ASSESSORS)

    assert browser.post(f"/admin/auth/group/{group.pk}/delete/").status_code == 403
    browser.post(f"/admin/auth/group/{group.pk}/change/", {"name": "deciders"})

    group.refresh_from_db()
    assert group.name == "assessors"


def test_tokens_are_revoked_from_the_list(browser, asha):
    made = create_api_token(user=asha, name="export", days=30, actor=asha.as_actor())

    browser.post(
        "/admin/accounts/apitoken/", {"action": "revoke", "_selected_action": [made.token.pk]}
    )

    made.token.refresh_from_db()
    assert made.token.revoked_at is not None


def test_a_token_shows_neither_secret_nor_digest(browser, asha):
    made = create_api_token(user=asha, name="export", days=30, actor=asha.as_actor())

    text = browser.get(f"/admin/accounts/apitoken/{made.token.pk}/change/").content.decode()

    assert "export" in text
    assert made.token.digest not in text

"""The audit trail hears what administrators do about access, and never a secret."""

import pytest
from django.contrib.auth.models import Group

from accounts import roles
from accounts.models import User
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


@pytest.fixture
def told(administrator):
    """What the administrator is said to have done, by the event's name."""

    def payloads(name):
        found = Event.objects.filter(name=f"accounts.{name}", actor_id=str(administrator.pk))
        return [event.payload for event in found.order_by("pk")]

    return payloads


def save(browser, someone, **changes):
    form = {"email": someone.email, "name": someone.name, "is_active": "on"} | changes
    given = {field: value for field, value in form.items() if value is not None}
    return browser.post(f"/admin/accounts/user/{someone.pk}/change/", given)


def change_password(browser, someone, again="battery staple"):
    form = {"usable_password": "true", "password1": "battery staple", "password2": again}
    return browser.post(f"/admin/accounts/user/{someone.pk}/password/", form)


def test_somebody_new_is_told(browser, told):
    form = {
        "email": "dora@example.com",
        "name": "Dora",
        "usable_password": "true",
        "password1": "battery staple",
        "password2": "battery staple",
    }

    browser.post("/admin/accounts/user/add/", form)

    dora = User.objects.get(email="dora@example.com")
    assert told("person_added") == [{"user_id": str(dora.pk)}]
    assert told("access_changed") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("is_active", None),
        ("is_staff", "on"),
        ("is_superuser", "on"),
        ("email", "asha.rao@example.com"),
    ],
)
def test_a_change_of_access_is_told_by_the_name_of_the_field(browser, told, asha, field, value):
    save(browser, asha, **{field: value})

    assert told("access_changed") == [{"user_id": str(asha.pk), "changed": [field]}]


def test_several_changes_are_one_event(browser, told, asha):
    save(browser, asha, is_staff="on", is_superuser="on")

    (payload,) = told("access_changed")
    assert payload["changed"] == ["is_staff", "is_superuser"]


def test_a_new_name_is_no_change_of_access(browser, told, asha):
    save(browser, asha, name="Asha R.")

    asha.refresh_from_db()
    assert asha.name == "Asha R."
    assert told("access_changed") == []


def test_a_password_that_an_administrator_sets_is_told(browser, told, asha):
    change_password(browser, asha)

    asha.refresh_from_db()
    assert asha.check_password("battery staple")
    assert told("password_changed") == [{"user_id": str(asha.pk)}]


def test_a_password_that_was_refused_is_not_told(browser, told, asha):
    change_password(browser, asha, again="battery stable")

    asha.refresh_from_db()
    assert not asha.check_password("battery staple")
    assert told("password_changed") == []


def test_nobody_has_no_password_to_change(browser, told):
    answer = browser.post("/admin/accounts/user/nobody/password/", {})

    assert answer.status_code == 404
    assert told("password_changed") == []


def test_a_new_group_is_told(browser, told):
    browser.post("/admin/auth/group/add/", {"name": "maths-board"})

    group = Group.objects.get(name="maths-board")
    assert told("group_created") == [{"group_id": str(group.pk), "group_name": "maths-board"}]


@pytest.fixture
def board(db):
    return Group.objects.create(name="maths-board")


def test_another_name_for_a_group_is_told_with_the_former(browser, told, board):
    browser.post(f"/admin/auth/group/{board.pk}/change/", {"name": "algebra-board"})

    assert told("group_renamed") == [
        {
            "group_id": str(board.pk),
            "group_name": "algebra-board",
            "former_name": "maths-board",
        }
    ]


def test_saving_a_group_as_it_was_tells_nothing(browser, told, board):
    browser.post(f"/admin/auth/group/{board.pk}/change/", {"name": "maths-board"})

    assert told("group_renamed") == []


def test_a_deleted_group_is_told(browser, told, board):
    browser.post(f"/admin/auth/group/{board.pk}/delete/", {"post": "yes"})

    assert not Group.objects.filter(name="maths-board").exists()
    assert told("group_deleted") == [{"group_id": str(board.pk), "group_name": "maths-board"}]


def test_groups_deleted_from_the_list_are_told_one_by_one(browser, told, board):
    other = Group.objects.create(name="history-board")
    chosen = {"action": "delete_selected", "_selected_action": [board.pk, other.pk], "post": "yes"}

    browser.post("/admin/auth/group/", chosen)

    names = sorted(payload["group_name"] for payload in told("group_deleted"))
    assert names == ["history-board", "maths-board"]

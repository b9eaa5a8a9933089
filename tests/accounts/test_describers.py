"""People, groups and tokens by their ids: one's own, and everybody's for who oversees."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group

from accounts.services import create_api_token
from accounts.things import Thing, described, describes, may_see

pytestmark = pytest.mark.django_db


def test_one_sees_oneself(ben):
    assert described(ben, [("user", str(ben.pk))]) == {
        ("user", str(ben.pk)): Thing(title="Ben Novak", url="/settings/")
    }


def test_others_are_not_seen(ben, asha):
    assert described(ben, [("user", str(asha.pk))]) == {}


def test_an_auditor_sees_everybody_by_name(vera, asha):
    assert described(vera, [("user", str(asha.pk))]) == {
        ("user", str(asha.pk)): Thing(title="Asha Rao")
    }


def test_an_administrator_comes_to_the_page_of_a_person(admin_person, asha):
    found = described(admin_person, [("user", str(asha.pk))])

    assert found["user", str(asha.pk)].url == f"/admin/accounts/user/{asha.pk}/change/"


def test_groups_are_for_who_oversees(vera, ben):
    group = str(Group.objects.get(name="auditors").pk)

    assert described(vera, [("group", group)]) == {("group", group): Thing(title="auditors")}
    assert described(ben, [("group", group)]) == {}


def test_a_token_is_its_owners(ben, asha, vera):
    token = create_api_token(user=ben, name="Gradebook", days=1, actor=ben.as_actor()).token

    assert may_see(ben, "token", str(token.pk))
    assert may_see(vera, "token", str(token.pk))
    assert not may_see(asha, "token", str(token.pk))


@pytest.mark.parametrize(
    "thing", ["", "x", "1", "0" * 40, "urn:uuid:6f1b9a3e-0000-4000-8000-000000000000", "\0"]
)
@pytest.mark.parametrize("kind", ["user", "group", "token", "nothing"])
def test_what_is_no_id_of_ours_stands_for_nothing(ben, kind, thing):
    assert not may_see(ben, kind, thing)


def test_an_unknown_id_stands_for_nothing(vera):
    assert described(vera, [("user", str(uuid4())), ("group", "999999")]) == {}


def test_a_kind_is_described_once():
    with pytest.raises(ValueError, match="Two describe the kind user"):
        describes("user")(lambda user, ids: {})

"""Legal holds: administrators place and release them, auditors see them, erasing minds them."""

import pytest

from accounts import roles
from audit.exceptions import (
    AlreadyHeld,
    AlreadyReleased,
    BadHold,
    HoldNotFound,
    NotTheKeeper,
    UnderHold,
)
from audit.models import Hold
from audit.services.holds import ensure_not_held, place_hold, release_hold
from outbox.models import Event
from tests.audit import trail
from tests.cast import person

pytestmark = pytest.mark.django_db

QUESTION = {"scope": "OBJECT", "kind": "question", "object_id": "q-1"}


@pytest.fixture
def admin(db):
    return person("Admin", roles.ADMINISTRATORS)


@pytest.fixture
def vera(db):
    return person("Vera Lindt", roles.AUDITORS)


@pytest.fixture
def hold(admin):
    return place_hold(**QUESTION, reason="A case at court.", actor=admin)


def test_a_hold_says_who_placed_it_and_why(hold, admin):
    assert (hold.what, hold.reason, hold.placed_by, hold.is_in_force) == (
        "question q-1",
        "A case at court.",
        str(admin.pk),
        True,
    )


def test_placing_is_told_without_the_reason(hold):
    event = Event.objects.get(name="audit.hold_placed")

    assert event.payload == {
        "hold_id": hold.pk,
        "scope": "OBJECT",
        "what": "question q-1",
        "user_id": "",
    }


def test_a_hold_on_a_person_belongs_to_their_history(admin):
    place_hold(scope="PERSON", object_id="asha", reason="A case.", actor=admin)

    assert Event.objects.get(name="audit.hold_placed").payload["user_id"] == "asha"


def test_a_second_hold_on_the_same_is_refused(hold, admin):
    with pytest.raises(AlreadyHeld):
        place_hold(**QUESTION, reason="Another.", actor=admin)

    assert Hold.objects.get() == hold


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"scope": "ALL"}, "scope"),
        ({"scope": "OBJECT", "object_id": "q-1"}, "kind"),
        ({"scope": "OBJECT", "kind": "question"}, "object_id"),
        ({"scope": "PERSON"}, "object_id"),
        ({"scope": "EVERYTHING", "reason": " "}, "reason"),
    ],
)
def test_a_hold_that_says_too_little_is_refused(admin, wish, field):
    with pytest.raises(BadHold) as refusal:
        place_hold(**{"reason": "A case.", **wish}, actor=admin)

    assert refusal.value.field == field
    assert not Hold.objects.exists()


def test_releasing_says_who_and_why(hold, admin):
    release_hold(hold_id=hold.pk, reason="It was settled.", actor=admin)

    hold.refresh_from_db()
    assert (hold.is_in_force, hold.released_by, hold.release_reason) == (
        False,
        str(admin.pk),
        "It was settled.",
    )
    assert Event.objects.filter(name="audit.hold_released").count() == 1


def test_a_released_hold_stays_as_it_is(hold, admin):
    release_hold(hold_id=hold.pk, reason="It was settled.", actor=admin)

    with pytest.raises(AlreadyReleased):
        release_hold(hold_id=hold.pk, reason="Again.", actor=admin)


def test_a_hold_that_is_not_there_cannot_be_released(admin):
    with pytest.raises(HoldNotFound):
        release_hold(hold_id=1, reason="It was settled.", actor=admin)


@pytest.mark.parametrize("cast", ["vera", "asha", "ben", "cleo"])
def test_only_administrators_place_and_release(request, hold, cast):
    somebody = request.getfixturevalue(cast)

    with pytest.raises(NotTheKeeper):
        place_hold(scope="EVERYTHING", reason="A case.", actor=somebody)
    with pytest.raises(NotTheKeeper):
        release_hold(hold_id=hold.pk, reason="It was settled.", actor=somebody)


def test_a_held_thing_is_not_removed(hold):
    ensure_not_held(objects=[("question", "q-2"), ("task", "q-1")])

    with pytest.raises(UnderHold, match=f"Legal hold {hold.pk} is on it"):
        ensure_not_held(objects=[("question", "q-1")])


def test_a_person_with_entries_on_a_held_thing_is_not_removed(hold):
    trail.entry(1, actor_id="asha", links=[("question", "q-1")])
    ensure_not_held(person_id="ben")

    with pytest.raises(UnderHold):
        ensure_not_held(person_id="asha")


def test_what_was_released_may_be_removed(hold, admin):
    release_hold(hold_id=hold.pk, reason="It was settled.", actor=admin)

    ensure_not_held(person_id="asha", objects=[("question", "q-1")])


def test_auditors_see_holds_and_no_way_to_change_them(client, vera, hold):
    client.force_login(vera)

    page = client.get("/audit/holds/").content.decode()

    assert "Question q-1" in page
    assert "A case at court." in page
    assert "Place the hold" not in page


def test_an_administrator_places_and_releases_on_the_page(client, admin):
    client.force_login(admin)

    client.post("/audit/holds/", {"scope": "EVERYTHING", "reason": "A case."})
    hold = Hold.objects.get()
    client.post(f"/audit/holds/{hold.pk}/release/", {"reason": "It was settled."})

    hold.refresh_from_db()
    assert hold.release_reason == "It was settled."


def test_the_page_says_what_is_missing(client, admin):
    client.force_login(admin)

    answer = client.post("/audit/holds/", {"scope": "PERSON", "reason": "A case."})

    assert answer.status_code == 422
    assert "Name what to hold by its id." in answer.content.decode()


@pytest.mark.parametrize("cast", ["asha", "ben", "cleo"])
def test_others_do_not_see_holds(request, client, cast):
    client.force_login(request.getfixturevalue(cast))

    assert client.get("/audit/holds/").status_code == 403
    assert client.get("/api/v1/audit/holds/").status_code == 403


def test_an_auditor_may_not_place_one_by_the_page(client, vera):
    client.force_login(vera)

    answer = client.post("/audit/holds/", {"scope": "EVERYTHING", "reason": "A case."})

    assert answer.status_code == 422
    assert not Hold.objects.exists()


def test_holds_by_api(client, admin):
    client.force_login(admin)

    made = client.post(
        "/api/v1/audit/holds/", {**QUESTION, "reason": "A case."}, "application/json"
    )
    again = client.post(
        "/api/v1/audit/holds/", {**QUESTION, "reason": "A case."}, "application/json"
    )
    address = f"/api/v1/audit/holds/{made.json()['id']}/release/"
    released = client.post(address, {"reason": "It was settled."}, "application/json")

    assert made.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "already_held")
    assert released.json()["release_reason"] == "It was settled."
    assert [each["object_id"] for each in client.get("/api/v1/audit/holds/").json()["results"]] == [
        "q-1"
    ]


def test_an_auditor_may_not_place_one_by_api(client, vera):
    client.force_login(vera)

    answer = client.post(
        "/api/v1/audit/holds/", {"scope": "EVERYTHING", "reason": "A case."}, "application/json"
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "not_an_administrator")

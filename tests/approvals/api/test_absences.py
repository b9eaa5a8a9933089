"""Being away, by API."""

import pytest

from approvals.models import Absence

WEEK = {"starts_at": "2099-03-01T00:00:00Z", "ends_at": "2099-03-08T00:00:00Z"}


def test_somebody_says_that_they_are_away(as_asha, asha, ada):
    answer = as_asha.send("absences/", {**WEEK, "substitute": ada.email})

    said = answer.json()
    assert answer.status_code == 201
    assert said["person"] == {"email": asha.email, "name": "Asha Rao"}
    assert said["substitute"] == {"email": ada.email, "name": "Ada Okafor"}
    assert (said["starts_at"], said["ends_at"]) == (WEEK["starts_at"], WEEK["ends_at"])


def test_everybody_sees_their_own(as_asha, as_ada):
    as_asha.send("absences/", WEEK)

    assert len(as_asha.read("absences/").json()["results"]) == 1
    assert as_ada.read("absences/").json()["results"] == []


def test_administrators_see_all_and_say_it_for_others(as_admin, asha):
    answer = as_admin.send("absences/", {**WEEK, "person": asha.email})

    assert answer.json()["person"]["email"] == asha.email
    assert len(as_admin.read("absences/").json()["results"]) == 1


def test_others_say_it_for_nobody_else(as_ada, asha):
    answer = as_ada.send("absences/", {**WEEK, "person": asha.email})

    assert answer.status_code == 403
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"ends_at": WEEK["starts_at"]}, 422, "invalid_absence"),
        ({"substitute": "eve@example.com"}, 422, "unknown_person"),
        ({"person": "eve@example.com"}, 422, "unknown_person"),
        ({"starts_at": "soon"}, 400, "validation_error"),
    ],
    ids=["backwards", "no substitute", "nobody", "no time"],
)
def test_what_cannot_be_is_refused(as_asha, change, status, code):
    answer = as_asha.send("absences/", {**WEEK, **change})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Absence.objects.exists()


def test_the_same_time_twice_is_a_conflict(as_asha):
    as_asha.send("absences/", WEEK)

    answer = as_asha.send("absences/", WEEK)

    assert (answer.status_code, answer.json()["code"]) == (409, "overlapping_absence")


def test_it_may_be_taken_back(as_asha):
    made = as_asha.send("absences/", WEEK).json()

    answer = as_asha.delete(f"/api/v1/absences/{made['absence_id']}/")

    assert answer.status_code == 204
    assert not Absence.objects.exists()


def test_what_is_anothers_is_not_there(as_asha, as_ada):
    made = as_asha.send("absences/", WEEK).json()

    answer = as_ada.delete(f"/api/v1/absences/{made['absence_id']}/")

    assert (answer.status_code, answer.json()["code"]) == (404, "absence_not_found")

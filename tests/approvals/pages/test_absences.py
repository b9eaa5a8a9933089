"""The page on which people say when they are away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.models import Absence

WEEK = {"starts_at": "2099-03-01T08:00", "ends_at": "2099-03-08T08:00"}
PAGE = "/settings/absences/"


@pytest.mark.parametrize(
    ("who", "status"), [("asha", 200), ("admin_person", 200), ("ben", 403), ("vera", 403)]
)
def test_who_may_look(client, request, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(PAGE).status_code == status


def test_somebody_says_that_they_are_away(browser, asha, ada):
    answer = browser.post(PAGE, {**WEEK, "substitute": ada.email}, follow=True)

    absence = Absence.objects.get()
    assert (absence.person, absence.substitute) == (asha, ada)
    assert "Ada Okafor" in answer.content.decode()


def test_nobody_may_stand_in_for_themselves(browser, asha):
    answer = browser.post(PAGE, {**WEEK, "substitute": asha.email})

    assert answer.status_code == 422
    assert not Absence.objects.exists()


def test_what_cannot_be_is_said_beside_its_field(browser):
    answer = browser.post(PAGE, {**WEEK, "ends_at": WEEK["starts_at"]})

    assert answer.status_code == 422
    assert "It ends after it begins." in answer.content.decode()


def test_the_same_time_twice_is_a_conflict(browser):
    browser.post(PAGE, WEEK)

    assert browser.post(PAGE, WEEK).status_code == 409


def test_who_is_back_says_so(browser, asha):
    now = timezone.now()
    absence = Absence.objects.create(
        person=asha, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=1)
    )

    text = browser.get(PAGE).content.decode()
    browser.post(f"{PAGE}{absence.pk}/end/")

    assert "I am back" in text
    assert not Absence.objects.at(timezone.now()).exists()


def test_nobody_ends_anothers(browser, ada):
    now = timezone.now()
    absence = Absence.objects.create(person=ada, starts_at=now, ends_at=now + timedelta(days=1))

    assert browser.post(f"{PAGE}{absence.pk}/end/").status_code == 404


def test_looking_changes_nothing(browser, asha):
    browser.get(PAGE, WEEK)

    assert not Absence.objects.exists()


@pytest.mark.parametrize(("who", "there"), [("asha", True), ("ben", False)])
def test_the_settings_lead_there(client, request, who, there):
    client.force_login(request.getfixturevalue(who))

    assert (PAGE in client.get("/settings/").content.decode()) is there

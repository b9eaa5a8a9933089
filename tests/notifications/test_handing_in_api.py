"""Other services hand in notifications by API: each has an outcome, and is told once."""

import json
from uuid import uuid4

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from accounts import roles
from notifications.models import Notification
from outbox.models import Event
from tests.cast import person
from tests.notifications.test_handing_in import ID, notice, taking_back

pytestmark = pytest.mark.django_db
URL = "/api/v1/notifications/"


@pytest.fixture
def billing(db):
    """The account of another service."""
    return person("Billing", roles.NOTIFIERS)


def hand_in(who, body):
    client = APIClient()
    client.force_authenticate(who)
    return client.post(URL, body, format="json")


def outcomes(answer):
    return [each["outcome"] for each in answer.json()["results"]]


def handed_in():
    return Event.objects.filter(name="notifications.handed_in")


def test_one_is_accepted_under_whose_token_brought_it(billing, asha):
    answer = hand_in(billing, notice())

    assert answer.status_code == 202
    assert answer.json() == {
        "accepted": 1,
        "taken_back": 0,
        "duplicates": 0,
        "refused": 0,
        "results": [{"id": ID, "outcome": "accepted", "code": "", "detail": ""}],
    }
    event = handed_in().get()
    assert (event.actor_id, event.actor_label) == ("billing:", "billing")
    assert event.payload["handed_in_by"] == str(billing.pk)


def test_it_reaches_the_persons_list(billing, asha, deliver_all):
    hand_in(billing, notice())
    deliver_all()

    assert Notification.objects.get(recipient=asha).title == "Your invoice is there"


def test_the_same_again_is_said_to_be_a_duplicate(billing, asha):
    hand_in(billing, notice())

    answer = hand_in(billing, notice(title="In other words"))

    assert (answer.status_code, outcomes(answer)) == (200, ["duplicate"])
    assert handed_in().get().payload["title"] == "Your invoice is there"


def test_twice_in_one_request_is_accepted_once(billing, asha):
    answer = hand_in(billing, {"notifications": [notice(), notice()]})

    assert (answer.status_code, outcomes(answer)) == (202, ["accepted", "duplicate"])


def test_of_several_those_at_fault_alone_are_refused(billing, asha):
    bad, lost = str(uuid4()), str(uuid4())

    answer = hand_in(
        billing,
        {
            "notifications": [
                notice(id=bad, url="https://evil.example/"),
                notice(),
                notice(id=lost, recipient="nobody@example.com"),
            ]
        },
    )

    assert answer.status_code == 202
    assert answer.json()["results"] == [
        {
            "id": bad,
            "outcome": "refused",
            "code": "invalid_notification",
            "detail": "url must be a path on this site.",
        },
        {"id": ID, "outcome": "accepted", "code": "", "detail": ""},
        {
            "id": lost,
            "outcome": "refused",
            "code": "unknown_recipient",
            "detail": "Nobody here has the recipient's id or address.",
        },
    ]
    assert handed_in().count() == 1


def test_it_can_be_taken_back(billing, asha, deliver_all):
    hand_in(billing, notice())
    deliver_all()

    answer = hand_in(billing, taking_back())
    deliver_all()

    assert (answer.status_code, outcomes(answer)) == (202, ["taken_back"])
    assert Notification.objects.get().handled == "billing: It was paid."


def test_taking_it_back_again_is_a_duplicate(billing, asha):
    hand_in(billing, {"notifications": [notice(), taking_back()]})

    answer = hand_in(billing, taking_back())

    assert (answer.status_code, outcomes(answer)) == (200, ["duplicate"])


def test_what_was_taken_back_is_not_told_any_more(billing, asha):
    hand_in(billing, taking_back())

    answer = hand_in(billing, notice())

    assert outcomes(answer) == ["taken_back"]
    assert not handed_in().exists()


def test_what_another_account_handed_in_is_not_taken_back(billing, asha):
    hand_in(person("Library", roles.NOTIFIERS), notice())

    answer = hand_in(billing, taking_back())

    assert answer.status_code == 200
    assert answer.json()["results"] == [
        {
            "id": ID,
            "outcome": "refused",
            "code": "not_yours",
            "detail": "Another account, or the queue, brought the notification of this id.",
        }
    ]
    assert not Event.objects.filter(name="notifications.taken_back").exists()


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (notice(amount=3), "A notification must not have amount."),
        ([notice()], "Send one notification, or an object with notifications."),
        ({"notifications": []}, "notifications must be an array of 1 to 100 notifications."),
        (
            {"notifications": [notice()] * 101},
            "notifications must be an array of 1 to 100 notifications.",
        ),
        ({"notifications": ["one"]}, "Each of notifications must be an object."),
        (taking_back(url="/"), "Taking a notification back must not have url."),
    ],
    ids=["a strange field", "a bare array", "none", "too many", "words", "both"],
)
def test_what_has_another_shape_is_refused_as_a_whole(billing, asha, body, detail):
    answer = hand_in(billing, body)

    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["detail"]) == ("invalid_notification", detail)
    assert not handed_in().exists()


@pytest.mark.parametrize("name", ["asha", "ben", "cleo", "vera"])
def test_people_who_are_neither_notifiers_nor_administrators_may_not(request, asha, name):
    answer = hand_in(request.getfixturevalue(name), notice())

    assert answer.status_code == 403
    assert not handed_in().exists()


def test_who_may_report_to_the_trail_may_notify_nobody(asha):
    assert hand_in(person("Reporter", roles.REPORTERS), notice()).status_code == 403


def test_nobody_hands_in_anonymously(asha):
    assert APIClient().post(URL, notice(), format="json").status_code == 401
    assert not handed_in().exists()


def test_an_administrator_may(admin_person, asha):
    assert hand_in(admin_person, notice()).status_code == 202


def test_everybody_still_lists_their_own(cleo):
    client = APIClient()
    client.force_authenticate(cleo)

    assert client.get(URL).json()["results"] == []


def schema():
    return json.loads((settings.BASE_DIR / "docs/notification.schema.json").read_text())


def test_the_schema_is_served():
    assert APIClient().get(f"{URL}schema/").json() == schema()


@pytest.mark.parametrize(
    "body",
    [
        notice(),
        taking_back(),
        {"notifications": [notice(), taking_back(source="library")]},
        notice(id=ID.upper(), text=""),
        notice(url="/"),
        notice(title="x" * 255, text="x" * 2000),
    ],
    ids=["one", "taken back", "several", "capitals", "home", "long"],
)
def test_what_the_schema_allows_is_taken(billing, asha, body):
    Draft202012Validator(schema()).validate(body)

    assert hand_in(billing, body).status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        notice(id="117"),
        notice(id=None),
        notice(source="Billing"),
        notice(source="x" * 31),
        notice(url="https://evil.example/"),
        notice(url="//evil.example/"),
        notice(url="/\\evil.example/"),
        notice(title=""),
        notice(text=7),
        taking_back(taken_back=""),
        taking_back(taken_back="x" * 201),
        notice(taken_back="It was paid."),
        {"notifications": []},
    ],
    ids=list("abcdefghijklm"),
)
def test_what_the_schema_forbids_is_refused(billing, asha, body):
    assert not Draft202012Validator(schema()).is_valid(body)

    assert hand_in(billing, body).status_code == 400

"""Other services hand in their events by API: each has an outcome, and none is written twice."""

import json
from uuid import uuid4

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from accounts import roles
from outbox.models import Event
from tests.audit.test_reports import ID, report
from tests.cast import person

pytestmark = pytest.mark.django_db
URL = "/api/v1/audit/events/"


@pytest.fixture
def billing(db):
    """The account of another service."""
    return person("Billing", roles.REPORTERS)


def hand_in(who, body):
    client = APIClient()
    client.force_authenticate(who)
    return client.post(URL, body, format="json")


def outcomes(answer):
    return [each["outcome"] for each in answer.json()["results"]]


def test_one_report_is_recorded_under_whose_token_brought_it(billing):
    answer = hand_in(billing, report())

    assert answer.status_code == 202
    assert answer.json() == {
        "recorded": 1,
        "duplicates": 0,
        "refused": 0,
        "results": [{"id": ID, "outcome": "recorded", "code": "", "detail": ""}],
    }
    event = Event.objects.get(name="audit.reported")
    assert event.actor_id == "billing:42"
    assert event.payload["reporter_id"] == str(billing.pk)


def test_five_hundred_come_at_once_and_keep_their_order(billing):
    several = [report(id=str(uuid4()), text=f"Number {n}.") for n in range(500)]

    answer = hand_in(billing, {"reports": several})

    assert (answer.status_code, answer.json()["recorded"]) == (202, 500)
    texts = [event.payload["text"] for event in Event.objects.order_by("id")]
    assert texts == [each["text"] for each in several]


def test_the_same_report_again_is_said_to_be_a_duplicate(billing):
    hand_in(billing, report())

    answer = hand_in(billing, report(text="In other words."))

    assert (answer.status_code, outcomes(answer)) == (200, ["duplicate"])
    assert Event.objects.get().payload["text"] == "Mira Holt sent invoice 2026-117."


def test_twice_in_one_request_is_recorded_once(billing):
    answer = hand_in(billing, {"reports": [report(), report()]})

    assert (answer.status_code, outcomes(answer)) == (202, ["recorded", "duplicate"])
    assert Event.objects.count() == 1


def test_of_several_the_malformed_one_alone_is_refused(billing):
    bad = str(uuid4())

    answer = hand_in(billing, {"reports": [report(), report(id=bad, action="Sent!")]})

    assert answer.status_code == 202
    assert answer.json()["results"][1] == {
        "id": bad,
        "outcome": "refused",
        "code": "invalid_report",
        "detail": "action must be words_in_lower_case joined by dots.",
    }
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (report(amount=3), "A report must not have amount."),
        ([report()], "Send one report, or an object with reports."),
        ({"reports": []}, "reports must be an array of 1 to 500 reports."),
        ({"reports": [report()] * 501}, "reports must be an array of 1 to 500 reports."),
        ({"reports": ["one"]}, "Each of reports must be an object."),
        (
            {"reports": [report()], "more": 1},
            "A message with several reports must not have more.",
        ),
    ],
    ids=["a strange field", "a bare array", "none", "too many", "words", "something beside"],
)
def test_what_has_another_shape_is_refused_as_a_whole(billing, body, detail):
    answer = hand_in(billing, body)

    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["detail"]) == ("invalid_report", detail)
    assert not Event.objects.filter(name="audit.reported").exists()


def test_a_body_of_more_than_two_mebibytes_is_refused(billing):
    answer = hand_in(billing, report(text="x" * (2 * 1024 * 1024)))

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("name", ["asha", "ben", "cleo", "vera"])
def test_people_who_are_neither_reporters_nor_administrators_may_not(request, name):
    answer = hand_in(request.getfixturevalue(name), report())

    assert answer.status_code == 403
    assert not Event.objects.filter(name="audit.reported").exists()


def test_nobody_reports_anonymously():
    answer = APIClient().post(URL, report(), format="json")

    assert answer.status_code == 401
    assert not Event.objects.filter(name="audit.reported").exists()


def test_an_administrator_may(admin_person):
    assert hand_in(admin_person, report()).status_code == 202


def test_a_reporter_may_do_nothing_else(billing):
    client = APIClient()
    client.force_authenticate(billing)

    assert client.get("/api/v1/audit/events/").status_code == 403


def schema():
    return json.loads((settings.BASE_DIR / "docs/audit-report.schema.json").read_text())


def test_the_schema_is_served():
    assert APIClient().get("/api/v1/audit/report-schema/").json() == schema()


@pytest.mark.parametrize(
    "body",
    [
        report(),
        {"reports": [report(), report(source="library")]},
        report(action="a.b_c.d9", source="x-1"),
        report(id=ID.upper()),
        report(text="x" * 1000),
    ],
    ids=["one", "several", "names", "capitals", "long"],
)
def test_what_the_schema_allows_is_taken(billing, body):
    Draft202012Validator(schema()).validate(body)

    assert hand_in(billing, body).status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        report(id="117"),
        report(id=None),
        report(source="Billing"),
        report(source="x" * 31),
        report(action="sent."),
        report(actor={"id": "42"}),
        report(object={"kind": "k" * 41, "id": "1"}),
        report(text=""),
        report(text=7),
        {"reports": []},
    ],
    ids=list("abcdefghij"),
)
def test_what_the_schema_forbids_is_refused(billing, body):
    assert not Draft202012Validator(schema()).is_valid(body)

    assert hand_in(billing, body).status_code == 400

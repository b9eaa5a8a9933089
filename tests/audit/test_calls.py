"""What was refused, what failed, and who read in the trail: recorded after the answer."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from approvals import services
from approvals.content import QuestionContent
from audit.recording import middleware
from outbox.models import Event
from tests.audit import trail

pytestmark = pytest.mark.django_db
CONTENT = QuestionContent.checked(
    question_text="Which gas law?", options=["a", "b"], correct_answer="a", subject="Physics"
)


@pytest.fixture
def task(ben, asha):
    asked = services.submit_request(content=CONTENT, assigned_to=asha.email, policy=None, actor=ben)
    return asked.tasks.get()


@pytest.fixture
def by(client):
    def sign_in(person):
        client.force_login(person)
        Event.objects.filter(name="accounts.signed_in").delete()
        return client

    return sign_in


def told(kind):
    found = Event.objects.filter(name=f"audit.{kind}").order_by("id")
    return [(event.actor_label, event.payload) for event in found]


def call(method, route, http_status, code, object_kind="", object_id=""):
    return {
        "method": method,
        "route": route,
        "http_status": http_status,
        "code": code,
        "object_kind": object_kind,
        "object_id": str(object_id),
        "status": "REFUSED",
    }


def test_a_page_that_is_not_for_this_person(by, ben):
    by(ben).get(reverse("audit"))

    assert told("access_refused") == [("Ben Novak", call("GET", "audit/", 403, "not_allowed"))]


def test_a_thing_that_is_not_theirs_to_see(by, cleo, task):
    by(cleo).get(reverse("review", args=[task.pk]))

    route = "tasks/<uuid:task_id>/"
    assert told("access_refused") == [
        ("Cleo Marsh", call("GET", route, 404, "not_found", "task", task.pk))
    ]


def test_an_address_that_does_not_exist_is_no_refusal(by, ben):
    by(ben).get("/nowhere/")

    assert told("access_refused") == []


def test_a_decision_that_is_refused_over_the_api(by, ben, task):
    by(ben).post(
        reverse("approval-task-decision", args=[task.pk]),
        {"verdict": "APPROVED"},
        content_type="application/json",
    )

    ((who, said),) = told("access_refused")
    assert (who, said["http_status"], said["code"], said["object_id"]) == (
        "Ben Novak",
        403,
        "self_approval",
        str(task.pk),
    )


def test_a_decision_that_is_refused_on_the_page_has_its_code(by, asha, task):
    services.decide_task(task_id=task.pk, verdict="APPROVED", actor=asha)

    by(asha).post(
        reverse("decide", args=[task.pk]),
        {"verdict": "APPROVED", "comment": "", "digest": task.version.digest},
    )

    ((_, said),) = told("call_refused")
    assert (said["http_status"], said["code"]) == (409, "task_already_decided")


def test_a_form_that_is_not_filled_in(by, ben):
    by(ben).post(reverse("new-question"), {"question_text": "Why?"})

    assert [said["code"] for _, said in told("call_refused")] == ["options_too_few"]


def test_what_is_refused_one_by_one_in_a_list(by, asha, task):
    services.decide_task(task_id=task.pk, verdict="APPROVED", actor=asha)

    by(asha).post(reverse("act-on-many"), {"action": "claim", "task": [str(task.pk)]})

    assert [said["http_status"] for _, said in told("call_refused")] == [302]


def test_a_repeated_answer_is_told_of_once(by, ben, task):
    address = reverse("approval-task-decision", args=[task.pk])
    for _ in range(2):
        by(ben).post(
            address,
            {"verdict": "APPROVED"},
            content_type="application/json",
            headers={"Idempotency-Key": "key-1"},
        )

    assert len(told("access_refused")) == 1


def test_a_reading_that_does_not_make_sense_is_no_refusal(by, vera):
    by(vera).get(reverse("audit"), {"since": "yesterday"})

    assert told("call_refused") == told("access_refused") == []


def test_a_token_that_is_not_valid_is_told_of_once_a_minute(client):
    for number in range(3):
        client.get(
            reverse("question-list"),
            headers={"Authorization": f"Bearer imp_wrong{number}"},
            REMOTE_ADDR="192.0.2.77",
        )

    assert [(who, said["code"]) for who, said in told("access_refused")] == [
        ("Not signed in", "invalid_token")
    ]


def test_other_refusals_of_strangers_are_not_told_of(client):
    client.post(reverse("question-list"), {}, content_type="application/json")

    assert told("access_refused") == told("call_refused") == []


@pytest.fixture
def failing(ben):
    browser = Client(raise_request_exception=False)
    browser.force_login(ben)
    return browser


def test_a_failure_says_what_kind_it_was_and_not_what_it_said(failing, monkeypatch):
    monkeypatch.setattr("approvals.rules.ensure_may_submit", _fail(KeyError("Boyle-Mariotte")))

    failing.get(reverse("questions"))

    ((who, said),) = told("call_failed")
    assert who == "Ben Novak"
    assert said == {
        "method": "GET",
        "route": "questions/",
        "http_status": 500,
        "object_kind": "",
        "object_id": "",
        "error": "KeyError",
        "status": "FAILED",
    }


def test_nothing_is_written_while_the_database_is_away(failing, monkeypatch):
    monkeypatch.setattr("approvals.rules.ensure_may_submit", _fail(OperationalError("gone")))

    answer = failing.get(reverse("questions"))

    assert answer.status_code == 500
    assert told("call_failed") == []


def test_an_answer_goes_out_although_it_cannot_be_recorded(by, ben, monkeypatch, caplog):
    monkeypatch.setattr(middleware, "note", _fail(OperationalError("gone")))

    answer = by(ben).get(reverse("audit"))

    assert answer.status_code == 403
    assert "Could not record an answer of 403." in caplog.text


def _fail(error):
    def fail(*_, **__):
        raise error

    return fail


def test_reading_the_trail_is_told_of_without_the_names_looked_for(by, vera):
    by(vera).get(
        reverse("audit"), {"person": "Asha", "action": "accounts.signed_in", "text": "Zanzibar"}
    )

    assert told("trail_read") == [
        (
            "Vera Lindt",
            {
                "place": "audit",
                "object_kind": "",
                "object_id": "",
                "asked": {"person": "•••", "action": "accounts.signed_in", "text": "•••"},
            },
        )
    ]


def test_opening_an_entry_says_which(by, vera):
    trail.entry(7)

    by(vera).get(reverse("audit-entry", args=[7]))

    ((_, said),) = told("trail_read")
    assert (said["place"], said["object_kind"], said["object_id"]) == ("audit-entry", "entry", "7")


def test_the_api_and_the_admin_are_told_of_too(by, admin_person):
    browser = by(admin_person)
    browser.get(reverse("audit-events-list"))
    browser.get(reverse("admin:audit_entry_changelist"))

    assert [said["place"] for _, said in told("trail_read")] == [
        "audit-events-list",
        "admin:audit_entry_changelist",
    ]


def test_a_page_that_asks_again_is_one_reading(by, vera):
    browser = by(vera)
    for _ in range(3):
        browser.get(reverse("audit"))

    assert len(told("trail_read")) == 1


def test_an_ordinary_answer_costs_nothing(by, ben, django_assert_max_num_queries):
    browser = by(ben)
    browser.get(reverse("settings"))
    before = Event.objects.count()

    browser.get(reverse("settings"))

    assert Event.objects.count() == before

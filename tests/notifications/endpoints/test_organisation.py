"""The organisation's endpoints hear what happens: ids, no word of a question."""

import json

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from notifications.kinds import KINDS
from notifications.models import Attempt, Endpoint, Message
from notifications.rules.facts import FACTS
from notifications.services import endpoints
from outbox.models import Event
from tests.notifications.conftest import QUESTION, REQUEST, TASK, TITLE, assigned_to
from tests.notifications.endpoints.conftest import CLOSED, NOBODY, messages, now_due, said

pytestmark = pytest.mark.django_db


def test_each_event_is_told_once(taker, organisations, told):
    (event_id,) = told(CLOSED)

    ((headers, _),) = taker.got
    (body,) = said(taker)
    (message,) = messages()
    assert headers["webhook-id"] == f"msg_{message.pk}"
    assert body["type"] == "approvals.request_closed"
    assert body["timestamp"].endswith("Z")
    assert body["data"] == {
        "subject": "A request has an outcome: approved.",
        "url": f"http://127.0.0.1:8000/requests/{REQUEST}/",
        "request_id": REQUEST,
        "question_id": QUESTION,
        "requester_id": NOBODY,
        "status": "APPROVED",
        "actor_id": "system",
    }
    assert (message.status, str(message.event_id)) == ("SENT", str(event_id))


def test_no_word_of_the_question_goes_out(taker, organisations, told, asha):
    told(assigned_to(asha), CLOSED)

    sent = b"".join(body for _, body in taker.got).decode()
    assert TASK in sent
    assert TITLE not in sent
    assert "gas" not in sent
    assert "Physics" not in sent


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_has_the_fields_that_go_out_and_none_with_words(name):
    fact = FACTS[name]
    known = set(fact.event.__dataclass_fields__)

    assert set(fact.fields) <= known
    assert set(fact.fields).isdisjoint({"question_title", "title", "subject", "comment", "reason"})


def test_the_reference_verifier_takes_our_signature(taker, organisations, told):
    told(CLOSED)

    ((headers, body),) = taker.got
    assert Webhook(organisations.known).verify(body, headers) == json.loads(body)


@pytest.mark.parametrize("changed", ["body", "webhook-id", "webhook-timestamp", "secret"])
def test_and_refuses_what_was_changed(taker, organisations, told, changed):
    told(CLOSED)
    ((headers, body),) = taker.got
    secret = organisations.known
    if changed == "body":
        body = body.replace(b"APPROVED", b"REJECTED")
    elif changed == "secret":
        secret = "whsec_" + "A" * 43 + "="
    else:
        headers[changed] = headers[changed][:-1] + ("1" if headers[changed][-1] != "1" else "2")

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


def test_both_secrets_sign_for_a_day_after_a_rotation(taker, organisations, told, admin_person):
    new = endpoints.rotate_secret(endpoint_id=organisations.pk, person=admin_person)
    told(CLOSED)

    ((headers, body),) = taker.got
    Webhook(organisations.known).verify(body, headers)
    Webhook(new).verify(body, headers)


def test_then_only_the_new_one_does(taker, organisations, told, admin_person):
    new = endpoints.rotate_secret(endpoint_id=organisations.pk, person=admin_person)
    Endpoint.objects.update(former_until="2020-01-01T00:00:00Z")
    told(CLOSED)

    ((headers, body),) = taker.got
    Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(organisations.known).verify(body, headers)


def test_an_event_that_comes_again_is_not_told_again(taker, organisations, told, deliver_all):
    told(CLOSED)
    event = Event.objects.get(name="approvals.request_closed")
    event.deliveries.update(status="WAITING", attempts=0)

    deliver_all()

    assert len(taker.got) == 1
    assert Message.objects.count() == 1


def test_the_same_due_message_twice_is_sent_once(taker, organisations, told, deliver_all):
    told(CLOSED)
    Event.objects.get(name="notifications.message_due").deliveries.update(
        status="WAITING", attempts=0
    )

    deliver_all()

    assert len(taker.got) == 1


def test_only_the_chosen_events_are_told(taker, endpoint_of, admin_person, told, asha):
    endpoint_of(admin_person, organisation=True, kinds=["approvals.task_assigned"])

    told(CLOSED, assigned_to(asha))

    assert [each["type"] for each in said(taker)] == ["approvals.task_assigned"]


def test_one_that_fails_keeps_the_other_from_nothing(taker, organisations, told):
    taker.answers = [(503,)]
    other = Endpoint.objects.get(pk=organisations.pk)
    other.pk, other.name = None, "Other"
    other.save(force_insert=True)

    told(CLOSED)

    assert sorted(message.status for message in messages()) == ["SENT", "WAITING"]


def test_every_try_stands_in_the_log(taker, organisations, told, deliver_all):
    taker.answers = [(503,), (302, {"Location": "http://127.0.0.1/"})]
    told(CLOSED)
    now_due(deliver_all)
    now_due(deliver_all)

    tries = Attempt.objects.order_by("began_at")
    assert [(each.http_status, each.succeeded, each.answer) for each in tries] == [
        (503, False, "The answer was 503."),
        (302, False, "The answer was 302."),
        (200, True, "The answer was 200."),
    ]
    (message,) = messages()
    assert (message.status, message.tries) == ("SENT", 3)
    assert all(each.message_id == message.pk for each in tries)


def test_a_repeat_is_the_same_message_word_for_word(taker, organisations, told, deliver_all):
    taker.answers = [(500,)]
    told(CLOSED)
    now_due(deliver_all)

    (first, body), (second, again) = taker.got
    assert body == again
    assert first["webhook-id"] == second["webhook-id"]


def test_every_kind_of_notification_has_words_without_a_title():
    assert all("{" not in about.subject for about in KINDS.values())

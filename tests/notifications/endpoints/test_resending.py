"""What was not taken can be sent again by hand: one, or all since then. And tests."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.exceptions import (
    EndpointNotFound,
    MessageNotFound,
    NotToResend,
    UnderWay,
)
from notifications.models import Endpoint, Message
from notifications.services import endpoints
from tests.notifications.endpoints.conftest import CLOSED, messages, now_due, said

pytestmark = pytest.mark.django_db


def resend(message, person):
    endpoints.resend_message(endpoint_id=message.endpoint_id, message_id=message.pk, person=person)


def test_one_is_sent_again_under_its_id(taker, organisations, told, admin_person, deliver_all):
    told(CLOSED)
    resend(messages()[0], admin_person)
    deliver_all()

    first, second = (headers["webhook-id"] for headers, _ in taker.got)
    assert first == second
    assert (messages()[0].status, messages()[0].turn) == ("SENT", 2)


def test_sending_again_begins_a_schedule_of_its_own(
    taker, organisations, told, admin_person, deliver_all
):
    taker.answers = [(500,)] * 11
    told(CLOSED)
    for _ in range(10):
        now_due(deliver_all)
    resend(messages()[0], admin_person)
    now_due(deliver_all)

    (message,) = messages()
    assert (message.status, message.tries) == ("WAITING", 1)
    now_due(deliver_all)
    assert messages()[0].status == "SENT"


def test_the_turn_before_sends_nothing_more(taker, organisations, told, admin_person, deliver_all):
    taker.answers = [(500,)]
    told(CLOSED)
    resend(messages()[0], admin_person)
    now_due(deliver_all)
    now_due(deliver_all)

    assert len(taker.got) == 2


def test_somebody_elses_cannot_be_sent_again(taker, organisations, told, ben):
    told(CLOSED)

    with pytest.raises(EndpointNotFound):
        resend(messages()[0], ben)


def test_one_that_is_not_there_cannot(organisations, admin_person):
    with pytest.raises(MessageNotFound):
        endpoints.resend_message(
            endpoint_id=organisations.pk, message_id=organisations.pk, person=admin_person
        )


def test_nothing_goes_to_one_that_is_switched_off(organisations, told, admin_person):
    told(CLOSED)
    endpoints.switch_off(endpoint_id=organisations.pk, person=admin_person)

    with pytest.raises(NotToResend):
        resend(messages()[0], admin_person)


def test_all_that_was_missed_since_then_is_recovered(
    taker, organisations, told, admin_person, deliver_all
):
    told(CLOSED)
    endpoints.switch_off(endpoint_id=organisations.pk, person=admin_person)
    told(CLOSED)
    told(CLOSED)
    told(CLOSED)
    early = messages()[1]
    Message.objects.filter(pk=early.pk).update(created_at=timezone.now() - timedelta(days=3))
    endpoints.switch_on(endpoint_id=organisations.pk, person=admin_person)

    count = endpoints.recover(
        endpoint_id=organisations.pk,
        since=timezone.now() - timedelta(days=1),
        person=admin_person,
    )
    deliver_all()

    assert count == 2
    assert len(taker.got) == 3
    assert sorted(message.status for message in messages()) == ["MISSED", "SENT", "SENT", "SENT"]


def test_recovering_nothing_says_so(organisations, admin_person):
    assert (
        endpoints.recover(endpoint_id=organisations.pk, since=timezone.now(), person=admin_person)
        == 0
    )


def test_a_test_message_goes_out_at_once(taker, organisations, admin_person, deliver_all):
    endpoints.send_test(endpoint_id=organisations.pk, person=admin_person)
    deliver_all()

    (body,) = said(taker)
    assert (body["type"], body["data"]["subject"]) == ("endpoint.test", "This is a test")


def test_a_test_is_tried_once_and_counts_for_nothing(
    taker, organisations, admin_person, deliver_all
):
    taker.answers = [(500,)]
    endpoints.send_test(endpoint_id=organisations.pk, person=admin_person)
    deliver_all()

    (message,) = messages()
    assert (message.status, message.answer) == ("FAILED", "The answer was 500.")
    assert Endpoint.objects.get().status == "ACTIVE"


def test_a_test_goes_to_one_that_is_switched_off_too(
    taker, organisations, admin_person, deliver_all
):
    endpoints.switch_off(endpoint_id=organisations.pk, person=admin_person)
    endpoints.send_test(endpoint_id=organisations.pk, person=admin_person)
    deliver_all()

    assert len(taker.got) == 1
    assert Endpoint.objects.get().status == "DISABLED"


def test_one_test_at_a_time(organisations, admin_person):
    endpoints.send_test(endpoint_id=organisations.pk, person=admin_person)

    with pytest.raises(UnderWay):
        endpoints.send_test(endpoint_id=organisations.pk, person=admin_person)


def test_old_messages_are_forgotten(organisations, told):
    told(CLOSED)
    told(CLOSED)
    Message.objects.filter(pk=messages()[0].pk).update(
        created_at=timezone.now() - timedelta(days=31)
    )

    endpoints.forget_old_messages()

    assert Message.objects.count() == 1

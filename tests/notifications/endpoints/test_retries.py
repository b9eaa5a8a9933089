"""Who takes nothing is asked again for days, left alone in between, and given up at last."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.kinds import Kind
from notifications.models import Attempt, Endpoint, Message, Notification
from notifications.services import endpoints
from notifications.services.endpoints import SCHEDULE
from outbox.models import Delivery, Event
from tests.notifications.endpoints.conftest import CLOSED, messages, now_due

pytestmark = pytest.mark.django_db
HOUR = 3600


def carried():
    return Delivery.objects.get(subscriber="notifications.send_message")


def seconds_until(moment):
    return (moment - timezone.now()).total_seconds()


def test_the_schedule_goes_on_for_more_than_a_day():
    assert sum(SCHEDULE) > 72 * HOUR
    assert list(SCHEDULE) == sorted(SCHEDULE)


@pytest.mark.parametrize(("failures", "wait"), [(0, 5), (1, 300), (3, 2 * HOUR), (8, 24 * HOUR)])
def test_each_failure_is_followed_by_the_schedules_wait(
    taker, organisations, told, deliver_all, failures, wait
):
    taker.answers = [(500,)] * (failures + 1)
    told(CLOSED)
    for _ in range(failures):
        now_due(deliver_all)

    assert wait - 5 < seconds_until(carried().due_at) <= wait * 1.1
    (message,) = messages()
    assert (message.status, message.tries) == ("WAITING", failures + 1)
    assert wait - 5 < seconds_until(message.due_at) <= wait


def test_after_the_last_it_is_given_up_without_a_dead_letter(
    taker, organisations, told, deliver_all
):
    taker.answers = [(500,)] * 20
    told(CLOSED)
    for _ in range(12):
        now_due(deliver_all)

    (message,) = messages()
    assert (message.status, message.answer) == ("FAILED", "The answer was 500.")
    assert len(taker.got) == len(SCHEDULE) + 1 == Attempt.objects.count()
    assert carried().status == "DONE"


def test_retry_after_is_kept_where_it_is_longer(taker, organisations, told):
    taker.answers = [(429, {"Retry-After": "1234"})]
    told(CLOSED)

    assert 1230 < seconds_until(carried().due_at) <= 1234
    assert 1230 < seconds_until(Endpoint.objects.get().wait_until) <= 1234


def test_retry_after_is_not_kept_for_longer_than_a_day(taker, organisations, told):
    taker.answers = [(503, {"Retry-After": "999999999"})]
    told(CLOSED)

    assert 86_000 < seconds_until(carried().due_at) <= 86_400


def test_others_wait_untried_while_it_is_to_be_left_alone(taker, organisations, told):
    taker.answers = [(429, {"Retry-After": "600"})]
    told(CLOSED)
    told(CLOSED)

    assert len(taker.got) == 1
    second = Delivery.objects.filter(subscriber="notifications.send_message").latest("id")
    assert (second.status, second.failures) == ("WAITING", 0)
    assert seconds_until(second.due_at) > 500


def test_gone_switches_it_off_at_once(taker, organisations, told, admin_person):
    taker.answers = [(410,)]
    told(CLOSED)

    endpoint = Endpoint.objects.get()
    assert (endpoint.status, endpoint.disabled_because) == (
        "DISABLED",
        "It answered that it is gone (410).",
    )
    (message,) = messages()
    assert message.status == "FAILED"


def test_administrators_are_told_that_it_was_switched_off(
    taker, organisations, told, admin_person, ben
):
    taker.answers = [(410,)]
    told(CLOSED)

    (notice,) = Notification.objects.filter(kind=Kind.CHANNEL_FAILED)
    assert notice.recipient_id == admin_person.pk
    assert notice.body == (
        "Nothing is sent to the endpoint “Bridge” any more. It answered that it is gone (410)."
        " Switch it on again once it is mended."
    )
    assert notice.url == f"/notifications/endpoints/{organisations.pk}/"


def test_the_notice_withdraws_when_it_is_on_again(
    taker, organisations, told, admin_person, deliver_all
):
    taker.answers = [(410,)]
    told(CLOSED)
    endpoints.switch_on(endpoint_id=organisations.pk, person=admin_person)
    deliver_all()

    notice = Notification.objects.get(kind=Kind.CHANNEL_FAILED)
    assert notice.handled == "Admin Admin switched it on again."


def failing_for(days):
    Endpoint.objects.update(
        status="FAILING", failures=7, failing_since=timezone.now() - timedelta(days=days)
    )


def test_days_of_failures_switch_it_off(taker, organisations, told, admin_person):
    failing_for(5.1)
    taker.answers = [(500,)]
    told(CLOSED)

    endpoint = Endpoint.objects.get()
    assert endpoint.status == "DISABLED"
    assert endpoint.disabled_because == "It took nothing for 5 days. The answer was 500."
    (given_up,) = Event.objects.filter(name="notifications.endpoint_given_up")
    assert given_up.payload["recipient_ids"] == [str(admin_person.pk)]


def test_fewer_days_do_not(taker, organisations, told):
    failing_for(4.9)
    taker.answers = [(500,)]
    told(CLOSED)

    assert Endpoint.objects.get().status == "FAILING"


def test_one_that_is_taken_ends_the_count(taker, organisations, told):
    failing_for(4.9)
    told(CLOSED)

    endpoint = Endpoint.objects.get()
    assert (endpoint.status, endpoint.failures, endpoint.failing_since) == ("ACTIVE", 0, None)


def test_pauses_of_a_failing_one_grow_up_to_a_quarter_of_an_hour(
    taker, organisations, told, deliver_all
):
    Endpoint.objects.update(status="FAILING", failures=30)
    taker.answers = [(500,)]
    told(CLOSED)

    assert 890 < seconds_until(Endpoint.objects.get().wait_until) <= 900


def test_what_is_switched_off_gets_nothing_but_keeps_what_it_missed(
    taker, organisations, told, admin_person
):
    endpoints.switch_off(endpoint_id=organisations.pk, person=admin_person)
    told(CLOSED)

    assert taker.got == []
    (message,) = messages()
    assert (message.status, message.answer) == ("MISSED", "The endpoint was switched off.")


def test_what_waits_when_it_is_switched_off_is_missed(
    taker, organisations, told, admin_person, deliver_all
):
    taker.answers = [(500,)]
    told(CLOSED)
    endpoints.switch_off(endpoint_id=organisations.pk, person=admin_person)
    now_due(deliver_all)

    assert len(taker.got) == 1
    assert messages()[0].status == "MISSED"


def test_behind_a_failing_one_time_runs_out_before_tries(taker, organisations, told, deliver_all):
    taker.answers = [(500,)]
    told(CLOSED)
    Message.objects.update(queued_at=timezone.now() - timedelta(days=4, minutes=1))
    now_due(deliver_all)

    (message,) = messages()
    assert (message.status, message.answer) == ("FAILED", "It was not taken within 4 days.")
    assert len(taker.got) == 1

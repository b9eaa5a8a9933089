"""What is held tells once of a thing, at the earliest of its times."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from notifications import services
from notifications.models import Default, Delivery, Notification, PersonSettings, Preference, Trace
from notifications.subscribers import tell_of_assignment
from tests.notifications.conftest import assigned_to, heard, new_task

pytestmark = pytest.mark.django_db


def soon(*people, **fields):
    """An assignment of the same task as before, said again."""
    return assigned_to(*people, due_at="2027-11-24T10:30:00+00:00", **fields)


def test_what_waits_goes_out_later_and_the_trace_says_why(told, asha, in_digest, mailoutbox):
    in_digest(asha)

    told(soon(asha))

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.held, delivery.released_at) == ("PENDING", "DIGESTED", None)
    assert delivery.due_at > timezone.now()
    assert mailoutbox == []
    assert Trace.objects.get().channels == [
        {"channel": "IN_APP", "outcome": "SEND", "because": ["DEFAULT"], "until": ""},
        {
            "channel": "EMAIL",
            "outcome": "HOLD",
            "because": ["CHOSEN", "DIGESTED"],
            "until": delivery.due_at.isoformat(),
        },
    ]


def test_what_tells_of_the_same_joins_what_waits(told, asha, in_digest):
    in_digest(asha)

    told(soon(asha))
    told(soon(asha))

    assert Delivery.objects.count() == 1
    second = Trace.objects.latest("id").channels[1]
    assert second["because"] == ["CHOSEN", "DIGESTED", "WAITING"]


def test_what_tells_of_the_same_in_one_batch_waits_once(asha, in_digest):
    in_digest(asha)

    tell_of_assignment([heard(soon(asha)), heard(soon(asha))])

    assert Delivery.objects.count() == 1
    assert Notification.objects.get().times == 2


def test_what_joins_takes_the_earlier_time(told, asha, in_digest):
    in_digest(asha)
    told(soon(asha))
    weekly = Delivery.objects.get().due_at
    PersonSettings.objects.update(digest_every="HOURLY")

    told(soon(asha))

    assert Delivery.objects.get().due_at < weekly
    assert Delivery.objects.get().due_at <= timezone.now() + timedelta(hours=1)


def test_what_joins_takes_no_later_time(told, asha, in_digest):
    in_digest(asha)
    PersonSettings.objects.update(digest_every="HOURLY")
    told(soon(asha))
    hourly = Delivery.objects.get().due_at
    PersonSettings.objects.update(digest_every="WEEKLY")

    told(soon(asha))

    assert Delivery.objects.get().due_at == hourly


def test_what_goes_at_once_overtakes_what_waits(told, asha, ada, in_digest, mailoutbox):
    in_digest(asha)
    told(soon(asha))
    Preference.objects.all().delete()

    told(soon(asha))

    first, second = Delivery.objects.order_by("id")
    assert (first.status, first.answer) == ("CANCELLED", "A later message told you of it.")
    assert second.status == "SENT"
    assert len(mailoutbox) == 1


def test_what_an_administrator_locked_is_done(told, asha, in_digest):
    in_digest(asha)
    Default.objects.create(kind="TASK_ASSIGNED", channel="EMAIL", mode="OFF", locked=True)

    told(soon(asha))

    assert not Delivery.objects.exists()
    assert Trace.objects.get().channels[1]["because"] == ["LOCKED"]


def test_what_somebody_wants_not_in_the_list_goes_to_the_archive_uncounted(told, asha, in_digest):
    in_digest(asha, channel="IN_APP", mode="OFF")

    told(soon(asha))

    assert Notification.objects.get().state == "ARCHIVED"
    assert Notification.objects.unread().count() == 0


def test_over_the_measure_the_rest_waits(told, asha, mailoutbox):
    PersonSettings.objects.create(person=asha, most_an_hour=2)

    told(*[new_task(asha, due_at="2027-11-24T10:30:00+00:00") for _ in range(4)])
    told(new_task(asha, due_at="2027-11-24T10:30:00+00:00"))

    assert len(mailoutbox) == 2
    held = Delivery.objects.waiting()
    assert {each.held for each in held} == {"THROTTLED"}
    first = Delivery.objects.exclude(released_at=None).earliest("released_at")
    assert {
        abs(each.due_at - first.released_at - timedelta(hours=1)) < timedelta(seconds=1)
        for each in held
    } == {True}
    assert held.count() == 3


def test_a_digest_counts_as_one_message(told, asha, in_digest, ripen, mailoutbox):
    in_digest(asha)
    PersonSettings.objects.update(most_an_hour=2)
    told(*[new_task(asha, due_at="2027-11-24T10:30:00+00:00") for _ in range(5)])
    Delivery.objects.waiting().update(due_at=timezone.now() - timedelta(minutes=1))
    services.release_due()
    Preference.objects.all().delete()

    told(*[new_task(asha, due_at="2027-11-24T10:30:00+00:00") for _ in range(2)])

    assert Delivery.objects.filter(digest=None, released_at__isnull=False).count() == 1
    assert Delivery.objects.waiting().get().held == "THROTTLED"


def test_four_people_cost_no_more_statements_than_one(
    asha, ada, ben, cleo, in_digest, django_assert_num_queries
):
    in_digest(asha, ada, ben, cleo)
    one = heard(soon(asha, task_id=str(uuid4())))
    four = heard(soon(asha, ada, ben, cleo, task_id=str(uuid4())))
    tell_of_assignment([heard(new_task(asha))])

    with django_assert_num_queries(19):
        tell_of_assignment([one])
    with django_assert_num_queries(19):
        tell_of_assignment([four])

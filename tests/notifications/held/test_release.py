"""What is due together for a person and channel goes in one message, once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from notifications import services
from notifications.models import Default, Delivery, Digest, Notification, Preference
from notifications.tasks import release_due
from outbox.models import Event
from tests.conftest import wait_until_someone_waits_for_a_lock
from tests.notifications.conftest import new_task

pytestmark = pytest.mark.django_db
LATE = "2027-11-24T10:30:00+00:00"


@pytest.fixture
def held(told, in_digest):
    """So many tasks wait for the digest of each of these people."""

    def run(number, *people):
        in_digest(*people)
        told(*[new_task(*people, due_at=LATE) for _ in range(number)])

    return run


def digests_due():
    return list(
        Event.objects.filter(name="notifications.digest_due").values_list("payload", flat=True)
    )


def test_nothing_goes_before_its_time(held, asha):
    held(2, asha)

    assert services.release_due() == 0

    assert Delivery.objects.waiting().count() == 2


def test_what_is_due_together_makes_one_digest(held, asha, ripen):
    held(3, asha)
    ripen()

    assert services.release_due() == 3

    digest = Digest.objects.get()
    assert digest.deliveries.count() == 3
    assert digests_due() == [
        {"digest_id": digest.pk, "recipient_id": str(asha.pk), "channel": "EMAIL"}
    ]
    assert not Event.objects.filter(name="notifications.email_due").exists()


def test_a_digest_is_one_even_with_a_single_message(held, asha, ripen):
    held(1, asha)
    ripen()

    services.release_due()

    assert Digest.objects.get().deliveries.count() == 1


def test_each_person_has_a_digest_of_their_own(held, asha, ada, ripen):
    held(2, asha, ada)
    ripen()

    services.release_due()

    assert sorted(each.recipient.name for each in Digest.objects.all()) == sorted(
        [asha.name, ada.name]
    )
    assert len(digests_due()) == 2


def test_each_channel_has_a_digest_of_its_own(held, asha, ripen):
    held(2, asha)
    Delivery.objects.filter(pk__in=[Delivery.objects.latest("pk").pk]).update(channel="CHAT")
    ripen()

    services.release_due()

    assert sorted(Digest.objects.values_list("channel", flat=True)) == ["CHAT", "EMAIL"]


@pytest.mark.parametrize("held_for", ["QUIET_HOURS", "THROTTLED"])
def test_a_single_one_that_waited_goes_as_itself(held, asha, ripen, held_for):
    held(1, asha)
    Delivery.objects.update(held=held_for)
    ripen()

    services.release_due()

    assert not Digest.objects.exists()
    due = Event.objects.get(name="notifications.email_due")
    assert due.payload["delivery_id"] == Delivery.objects.get().pk


@pytest.mark.parametrize("held_for", ["QUIET_HOURS", "THROTTLED"])
def test_several_that_waited_go_together(held, asha, ripen, held_for):
    held(2, asha)
    Delivery.objects.update(held=held_for)
    ripen()

    services.release_due()

    assert Digest.objects.get().deliveries.count() == 2


def test_what_is_not_due_yet_stays(held, asha, ripen):
    held(3, asha)
    first = Delivery.objects.earliest("pk")
    ripen(pk=first.pk)

    services.release_due()

    assert Digest.objects.get().deliveries.get() == first
    assert Delivery.objects.waiting().count() == 2


def test_a_second_round_makes_no_second_digest(held, asha, ripen):
    held(2, asha)
    ripen()

    services.release_due()
    services.release_due()

    assert len(digests_due()) == 1


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"read_at": Now()}, "You read it in the product."),
        ({"archived_at": Now()}, "You archived it in the product."),
        ({"snoozed_until": Now()}, "You put it off in the product."),
        ({"handled_at": Now(), "handled": "Ada Byron approved it."}, "Ada Byron approved it."),
    ],
    ids=["read", "archived", "put off", "handled"],
)
def test_what_needs_no_telling_any_more_is_left_out(held, asha, ripen, change, answer):
    held(2, asha)
    first = Delivery.objects.earliest("pk")
    Notification.objects.filter(pk=first.notification_id).update(**change)
    ripen()

    services.release_due()

    first.refresh_from_db()
    assert (first.status, first.answer) == ("CANCELLED", answer)
    assert Digest.objects.get().deliveries.count() == 1


def test_where_nothing_is_left_there_is_no_digest(held, asha, ripen):
    held(2, asha)
    Notification.objects.update(read_at=Now())
    ripen()

    services.release_due()

    assert not Digest.objects.exists()
    assert digests_due() == []


def test_what_goes_straight_to_the_archive_is_still_in_the_digest(held, in_digest, asha, ripen):
    in_digest(asha, channel="IN_APP", mode="OFF")
    held(1, asha)
    ripen()

    services.release_due()

    assert Digest.objects.get().deliveries.count() == 1


def test_who_left_gets_no_digest(held, asha, ripen):
    held(2, asha)
    asha.is_active = False
    asha.save(update_fields=["is_active"])
    ripen()

    services.release_due()

    assert not Digest.objects.exists()
    assert set(Delivery.objects.values_list("status", "answer")) == {
        ("CANCELLED", "The account is closed.")
    }


@pytest.mark.parametrize("who", ["person", "administrator"])
def test_what_was_switched_off_since_is_left_out(held, asha, ripen, who):
    held(1, asha)
    if who == "person":
        Preference.objects.update(mode="OFF")
    else:
        Default.objects.create(kind="TASK_ASSIGNED", channel="EMAIL", mode="OFF", locked=True)
    ripen()

    services.release_due()

    assert Delivery.objects.get().answer == "It has been switched off in your settings since."


def test_a_late_one_of_the_same_time_goes_by_itself(held, asha, ripen):
    held(2, asha)
    then = timezone.now() - timedelta(hours=1)
    first, second = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=first.pk).update(due_at=then)
    services.release_due()
    Delivery.objects.filter(pk=second.pk).update(due_at=then)

    services.release_due()

    second.refresh_from_db()
    assert second.digest is None
    assert len(digests_due()) == 1
    assert Event.objects.filter(name="notifications.email_due").count() == 1


def test_the_timer_goes_on_until_nothing_is_left(held, asha, ada, ripen, monkeypatch):
    monkeypatch.setattr("notifications.services.carrying.bundling.AT_ONCE", 1)
    held(2, asha, ada)
    ripen()

    release_due()

    assert Digest.objects.count() == 2
    assert not Delivery.objects.waiting().exists()


def test_hundreds_of_people_cost_a_handful_of_statements(
    held, asha, ada, ben, ripen, django_assert_max_num_queries
):
    held(3, asha, ada, ben)
    ripen()

    with django_assert_max_num_queries(15):
        services.release_due()


def test_killed_half_way_it_makes_one_digest_the_next_time(held, asha, ripen):
    held(2, asha)
    ripen()
    with transaction.atomic():
        services.release_due()
        transaction.set_rollback(True)
    assert not Digest.objects.exists()

    services.release_due()

    assert Digest.objects.get().deliveries.count() == 2
    assert len(digests_due()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_timers_at_once_make_one_digest(held, asha, ripen):
    held(3, asha)
    ripen()
    found = []

    def second():
        found.append(services.release_due())
        connection.close()

    other = threading.Thread(target=second)
    with transaction.atomic():
        first = services.release_due()
        other.start()
        wait_until_someone_waits_for_a_lock()
    other.join()

    assert (first, found) == (3, [0])
    assert Digest.objects.get().deliveries.count() == 3
    assert len(digests_due()) == 1


@pytest.mark.django_db(transaction=True)
def test_what_somebody_reads_at_this_moment_is_not_waited_for(held, asha, ripen):
    held(2, asha)
    ripen()
    first = Delivery.objects.earliest("pk")
    done = threading.Event()

    def release():
        services.release_due()
        connection.close()
        done.set()

    with transaction.atomic():
        Delivery.objects.filter(pk=first.pk).update(status="CANCELLED")
        timer = threading.Thread(target=release)
        timer.start()
        assert done.wait(timeout=10)
    timer.join()

    assert Digest.objects.get().deliveries.count() == 1


def test_what_waited_for_the_digest_comes_in_one_mail_and_once(
    held, asha, ada, ripen, deliver_all, mailoutbox
):
    held(3, asha, ada)
    ripen()

    for _ in range(2):
        release_due()
        deliver_all()

    assert sorted(mail.to[0] for mail in mailoutbox) == [ada.email, asha.email]
    assert set(Delivery.objects.values_list("status", flat=True)) == {"SENT"}

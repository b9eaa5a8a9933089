"""People choose how they are told; what waits for them goes by it at once."""

import threading
from datetime import time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from notifications.exceptions import BadPreference, ModeIsFixed
from notifications.kinds import Channel, Kind, Mode
from notifications.models import Default, Delivery, PersonSettings, Preference
from notifications.selectors import preferences_of, wishes_of
from notifications.services.preferences import save_preferences
from outbox.models import Event
from tests.conftest import wait_until_someone_waits_for_a_lock
from tests.notifications.conftest import new_task

pytestmark = pytest.mark.django_db
ASSIGNED = (Kind.TASK_ASSIGNED, Channel.EMAIL)


def save(person, choices=None, **settings):
    save_preferences(
        person_id=person.pk, settings=settings, choices=choices or {}, actor=person.as_actor()
    )


def changes():
    return Event.objects.filter(name="notifications.preferences_changed")


def late_task(person):
    return new_task(person, due_at="2027-11-24T10:30:00+00:00")


def test_settings_are_kept(asha):
    save(asha, time_zone="Asia/Kolkata", quiet_from=time(22), quiet_to=time(7))

    kept = PersonSettings.objects.get(person=asha)
    assert (kept.time_zone, kept.quiet_from, kept.quiet_to) == ("Asia/Kolkata", time(22), time(7))
    assert kept.digest_hour == 8


def test_what_is_not_named_stays(asha):
    save(asha, digest_hour=17)
    save(asha, digest_weekday=4)

    kept = PersonSettings.objects.get(person=asha)
    assert (kept.digest_hour, kept.digest_weekday) == (17, 4)


def test_a_choice_is_kept_for_its_kind_and_channel(asha):
    save(asha, {ASSIGNED: Mode.DIGEST})

    assert list(Preference.objects.values_list("person", "kind", "channel", "mode")) == [
        (asha.pk, "TASK_ASSIGNED", "EMAIL", "DIGEST")
    ]


def test_a_choice_can_be_taken_back(asha):
    save(asha, {ASSIGNED: Mode.OFF})
    save(asha, {ASSIGNED: None})

    assert not Preference.objects.exists()


def test_nobody_elses_change(asha, ada):
    save(ada, {ASSIGNED: Mode.OFF}, digest_hour=5)
    save(asha, {ASSIGNED: Mode.DIGEST}, digest_hour=6)

    assert preferences_of(ada.pk).settings.digest_hour == 5
    assert preferences_of(ada.pk).choices == {ASSIGNED: Mode.OFF}


def test_a_change_is_told_of_once(asha):
    save(asha, {ASSIGNED: Mode.OFF}, digest_hour=5)
    save(asha, {ASSIGNED: Mode.OFF}, digest_hour=5)

    event = changes().get()
    assert event.payload == {"user_id": str(asha.pk)}
    assert event.actor_id == str(asha.pk)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"quiet_from": time(22)}, "quiet_to"),
        ({"quiet_to": time(7)}, "quiet_from"),
        ({"quiet_from": time(7), "quiet_to": time(7)}, "quiet_to"),
    ],
    ids=["no end", "no beginning", "all day"],
)
def test_quiet_hours_without_two_ends_are_refused(asha, settings, field):
    with pytest.raises(BadPreference) as refusal:
        save(asha, **settings)

    assert refusal.value.field == field
    assert not PersonSettings.objects.exists()


@pytest.mark.parametrize("channel", [Channel.IN_APP, Channel.WEBHOOK])
def test_a_digest_where_there_is_none_is_refused(asha, channel):
    with pytest.raises(BadPreference, match="knows no digest"):
        save(asha, {(Kind.TASK_ASSIGNED, channel): Mode.DIGEST})

    assert not Preference.objects.exists()


def test_what_is_critical_is_not_theirs_to_choose(asha):
    with pytest.raises(ModeIsFixed):
        save(asha, {(Kind.TASK_OVERDUE, Channel.EMAIL): Mode.OFF}, digest_hour=5)

    assert not Preference.objects.exists()
    assert not PersonSettings.objects.exists()


def test_what_is_locked_is_not_theirs_to_choose(asha):
    Default.objects.create(kind="TASK_ASSIGNED", channel="EMAIL", mode="NOW", locked=True)

    with pytest.raises(ModeIsFixed) as refusal:
        save(asha, {ASSIGNED: Mode.OFF})

    assert str(refusal.value) == (
        "“A question waits for your decision” by e-mail is set for everybody."
    )


def test_a_choice_from_before_the_lock_can_be_taken_back(asha):
    save(asha, {ASSIGNED: Mode.OFF})
    Default.objects.create(kind="TASK_ASSIGNED", channel="EMAIL", mode="NOW", locked=True)

    save(asha, {ASSIGNED: None})

    assert not Preference.objects.exists()


def test_what_waits_comes_when_the_new_digest_does(told, asha):
    save(asha, {ASSIGNED: Mode.DIGEST}, digest_every="WEEKLY")
    told(late_task(asha))

    save(asha, digest_every="HOURLY")

    assert Delivery.objects.get().due_at <= timezone.now() + timedelta(hours=1)


def test_what_waits_and_is_wanted_at_once_goes_with_the_timer(told, asha):
    save(asha, {ASSIGNED: Mode.DIGEST})
    told(late_task(asha))

    save(asha, {ASSIGNED: Mode.NOW})

    assert Delivery.objects.get().due_at <= timezone.now()
    assert Delivery.objects.get().released_at is None


def test_what_waits_and_is_switched_off_is_withdrawn(told, asha, ada):
    save(asha, {ASSIGNED: Mode.DIGEST})
    save(ada, {ASSIGNED: Mode.DIGEST})
    told(late_task(asha), late_task(ada))

    save(asha, {ASSIGNED: Mode.OFF})

    assert set(Delivery.objects.values_list("recipient", "status", "answer")) == {
        (asha.pk, "CANCELLED", "You switched it off in your settings."),
        (ada.pk, "PENDING", ""),
    }


def test_new_quiet_hours_hold_what_waits(told, asha):
    save(asha, {ASSIGNED: Mode.DIGEST}, digest_every="HOURLY")
    told(late_task(asha))
    now = timezone.now()

    save(
        asha,
        {ASSIGNED: Mode.NOW},
        quiet_from=(now - timedelta(hours=1)).time(),
        quiet_to=(now + timedelta(hours=5)).time(),
    )

    delivery = Delivery.objects.get()
    assert delivery.held == "QUIET_HOURS"
    assert abs(delivery.due_at - now - timedelta(hours=5)) < timedelta(seconds=5)


def test_planning_goes_by_all_of_it(asha):
    Default.objects.create(kind="REQUEST_CLOSED", channel="EMAIL", mode="OFF")
    save(asha, {ASSIGNED: Mode.OFF}, most_an_hour=5, time_zone="Europe/Berlin")

    wishes = wishes_of([str(asha.pk)])[str(asha.pk)]

    assert wishes.mode(*ASSIGNED) == ("OFF", "CHOSEN")
    assert wishes.mode(Kind.REQUEST_CLOSED, Channel.EMAIL) == ("OFF", "DEFAULT")
    assert wishes.most_an_hour == 5
    assert str(wishes.hours.zone) == "Europe/Berlin"


def test_the_matrix_says_what_holds_and_what_is_fixed(asha):
    Default.objects.create(kind="REQUEST_CLOSED", channel="EMAIL", mode="OFF", locked=True)
    save(asha, {ASSIGNED: Mode.DIGEST})

    cells = {(cell.kind, cell.channel): cell for cell in preferences_of(asha.pk).cells}

    assert len(cells) == len(Kind) * 2
    chosen = cells[ASSIGNED]
    assert (chosen.general, chosen.own, chosen.mode, chosen.fixed) == (
        "NOW",
        "DIGEST",
        "DIGEST",
        "",
    )
    locked = cells[Kind.REQUEST_CLOSED, Channel.EMAIL]
    assert (locked.mode, locked.fixed) == ("OFF", "An administrator set this for everybody.")
    critical = cells[Kind.TASK_OVERDUE, Channel.EMAIL]
    assert (critical.mode, critical.fixed) == ("NOW", "It is too pressing to wait.")


@pytest.mark.parametrize(
    "broken",
    [
        {"quiet_from": time(7)},
        {"quiet_to": time(7)},
        {"quiet_from": time(7), "quiet_to": time(7)},
        {"digest_hour": 24},
        {"digest_weekday": 7},
        {"most_an_hour": 0},
        {"most_an_hour": 1001},
    ],
    ids=str,
)
def test_the_database_itself_refuses_settings_that_make_no_sense(asha, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonSettings.objects.create(person=asha, **broken)


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_are_both_kept(asha):
    def other():
        save(asha, digest_weekday=4)
        connection.close()

    second = threading.Thread(target=other)
    with transaction.atomic():
        save(asha, digest_hour=17)
        second.start()
        wait_until_someone_waits_for_a_lock()
    second.join()

    kept = PersonSettings.objects.get(person=asha)
    assert (kept.digest_hour, kept.digest_weekday) == (17, 4)

"""Read, archived, snoozed, and all of it back again: each step exactly, and only one's own."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from core.errors import Invalid
from notifications.exceptions import NotificationNotFound
from notifications.models import Delivery, Notification
from notifications.rules import Settled
from notifications.services import Step, mark_all_read, mark_seen, take_step, undo, wake_snoozed
from notifications.services.states.holding import PUT_AWAY, READ
from notifications.services.telling import settling
from tests.notifications.conftest import assigned_to, heard, new_task

pytestmark = pytest.mark.django_db
TOMORROW = timezone.now() + timedelta(days=1)


@pytest.fixture
def rows(told, asha):
    """Three unread ones of Asha's, oldest first."""
    told(new_task(asha), new_task(asha), new_task(asha))
    return list(Notification.objects.order_by("id"))


def step(word, *rows, **fields):
    rows = [*rows]
    return take_step(
        Step(word), ids=[row.pk for row in rows], person_id=rows[0].recipient_id, **fields
    )


def state(row):
    return Notification.objects.get(pk=row.pk).state


def unread(row):
    return Notification.objects.of(row.recipient_id).unread().count()


def hold(row):
    """Have its mail wait for the morning."""
    Delivery.objects.filter(notification=row).update(
        status="PENDING", released_at=None, due_at=TOMORROW, held="QUIET_HOURS", answer=""
    )


def mails(row):
    return list(Delivery.objects.filter(notification=row).values_list("status", "answer"))


@pytest.mark.parametrize(
    ("word", "fields", "expected"),
    [
        ("READ", {}, "READ"),
        ("ARCHIVE", {}, "ARCHIVED"),
        ("SNOOZE", {"until": TOMORROW}, "SNOOZED"),
    ],
    ids=["read", "archive", "snooze"],
)
def test_a_step_is_taken_and_leaves_the_badge(rows, word, fields, expected):
    step(word, rows[0], **fields)

    assert state(rows[0]) == expected
    assert unread(rows[0]) == 2


@pytest.mark.parametrize(
    ("there", "fields", "back"),
    [
        ("READ", {}, "UNREAD"),
        ("ARCHIVE", {}, "UNARCHIVE"),
        ("SNOOZE", {"until": TOMORROW}, "WAKE"),
    ],
    ids=["read", "archive", "snooze"],
)
def test_each_step_has_one_that_leads_back(rows, there, fields, back):
    step(there, rows[0], **fields)

    step(back, rows[0])

    assert state(rows[0]) == "SEEN"
    assert unread(rows[0]) == 3


def test_only_those_change_that_are_not_so_already(rows):
    step("READ", rows[0])

    taken = step("READ", *rows)

    assert taken.changed == [rows[1].pk, rows[2].pk]


def test_undoing_puts_back_those_alone_that_the_step_changed(rows):
    step("READ", rows[0])
    taken = step("READ", *rows)

    undone = undo(taken.undo.sealed(), person_id=rows[0].recipient_id)

    assert sorted(undone) == taken.changed
    assert [state(row) for row in rows] == ["READ", "SEEN", "SEEN"]


def test_undoing_a_second_snooze_brings_back_the_first_time(rows):
    step("SNOOZE", rows[0], until=TOMORROW)
    taken = step("SNOOZE", rows[0], until=TOMORROW + timedelta(days=3))

    undo(taken.undo.sealed(), person_id=rows[0].recipient_id)

    assert Notification.objects.get(pk=rows[0].pk).snoozed_until == TOMORROW


def test_undoing_leaves_alone_what_has_changed_again(rows):
    taken = step("ARCHIVE", rows[0])
    step("UNARCHIVE", rows[0])

    assert undo(taken.undo.sealed(), person_id=rows[0].recipient_id) == []
    assert state(rows[0]) == "SEEN"


def test_nobody_undoes_for_somebody_else(rows, ada):
    taken = step("ARCHIVE", rows[0])

    with pytest.raises(Invalid, match="cannot be undone"):
        undo(taken.undo.sealed(), person_id=ada.pk)

    assert state(rows[0]) == "ARCHIVED"


@pytest.mark.parametrize(
    "sealed", ["", "made-up", signing.dumps({"who": "x"})], ids=["nothing", "made up", "not ours"]
)
def test_an_undo_that_was_not_given_out_is_refused(rows, sealed):
    with pytest.raises(Invalid, match="cannot be undone"):
        undo(sealed, person_id=rows[0].recipient_id)


def test_nothing_is_done_when_one_is_somebody_elses(rows, told, ada):
    told(new_task(ada))
    hers = Notification.objects.get(recipient=ada)

    with pytest.raises(NotificationNotFound):
        step("READ", *rows, hers)

    assert not Notification.objects.exclude(read_at=None).exists()


@pytest.mark.parametrize("number", [0, 10**15, 2**63, 10**30])
def test_what_is_not_there_is_not_found(rows, asha, number):
    with pytest.raises(NotificationNotFound):
        take_step(Step.READ, ids=[number], person_id=asha.pk)


@pytest.mark.parametrize(
    ("word", "until"),
    [
        ("SNOOZE", None),
        ("SNOOZE", timedelta(seconds=-1)),
        ("SNOOZE", timedelta(days=400)),
        ("READ", timedelta(days=1)),
    ],
    ids=["no-time", "past", "too-far", "a-time-for-nothing"],
)
def test_a_time_that_makes_no_sense_is_refused(rows, word, until):
    with pytest.raises(Invalid) as refusal:
        step(word, rows[0], until=until and timezone.now() + until)

    assert refusal.value.field == "until"
    assert state(rows[0]) == "UNSEEN"


def test_too_many_at_once_are_refused(asha):
    with pytest.raises(Invalid, match="100 at most"):
        take_step(Step.READ, ids=range(101), person_id=asha.pk)


def test_what_is_handled_cannot_be_put_off(rows, asha):
    Notification.objects.filter(pk=rows[0].pk).update(handled_at=timezone.now(), handled="Done.")

    assert step("SNOOZE", rows[0], until=TOMORROW).changed == []


def test_having_seen_it_changes_no_count(rows, asha):
    assert mark_seen(ids=[rows[0].pk, rows[1].pk], person_id=asha.pk) == 2
    assert mark_seen(ids=[rows[0].pk], person_id=asha.pk) == 0

    assert [state(row) for row in rows] == ["SEEN", "SEEN", "UNSEEN"]
    assert unread(rows[0]) == 3


def test_nobody_sees_for_somebody_else(rows, ada):
    assert mark_seen(ids=[rows[0].pk], person_id=ada.pk) == 0


def test_a_waiting_mail_withdraws_when_its_notification_is_read(rows):
    hold(rows[0])

    step("READ", rows[0])

    assert mails(rows[0]) == [("CANCELLED", READ)]
    assert [status for status, _ in mails(rows[1])] == ["SENT"]


def test_a_waiting_mail_withdraws_when_its_notification_is_archived(rows):
    hold(rows[0])

    step("ARCHIVE", rows[0])

    assert mails(rows[0]) == [("CANCELLED", PUT_AWAY)]


def test_a_waiting_mail_stays_when_its_notification_is_put_off(rows):
    hold(rows[0])

    step("SNOOZE", rows[0], until=TOMORROW)

    assert mails(rows[0]) == [("PENDING", "")]


def test_a_program_still_hears_of_what_was_read(rows):
    hold(rows[0])
    Delivery.objects.filter(notification=rows[0]).update(channel="WEBHOOK")

    step("READ", rows[0])

    assert mails(rows[0]) == [("PENDING", "")]


def test_a_mail_that_withdrew_waits_again_after_undoing(rows):
    hold(rows[0])
    taken = step("READ", rows[0])

    undo(taken.undo.sealed(), person_id=rows[0].recipient_id)

    assert mails(rows[0]) == [("PENDING", "")]


def test_a_mail_that_another_replaced_stays_withdrawn(rows):
    hold(rows[0])
    taken = step("READ", rows[0])
    Delivery.objects.filter(notification=rows[1]).update(
        notification=rows[0], status="PENDING", released_at=None, answer=""
    )

    undo(taken.undo.sealed(), person_id=rows[0].recipient_id)

    assert sorted(mails(rows[0])) == [("CANCELLED", READ), ("PENDING", "")]


def test_everything_is_read_at_once_and_comes_back(rows, told, asha, ada):
    told(new_task(ada))
    step("READ", rows[0])

    count, way_back = mark_all_read(person_id=asha.pk)

    assert (count, unread(rows[0])) == (2, 0)
    assert Notification.objects.of(ada.pk).unread().count() == 1
    assert sorted(undo(way_back.sealed(), person_id=asha.pk)) == [rows[1].pk, rows[2].pk]
    assert unread(rows[0]) == 2


def test_reading_nothing_leaves_nothing_to_undo(asha):
    count, way_back = mark_all_read(person_id=asha.pk)

    assert (count, bool(way_back)) == (0, False)


def test_what_was_put_off_comes_back_to_the_top_as_new(rows, asha):
    step("READ", rows[0])
    step("SNOOZE", rows[0], until=TOMORROW)
    Notification.objects.filter(pk=rows[0].pk).update(snoozed_until=timezone.now())

    assert wake_snoozed() == 1

    newest = Notification.objects.of(asha.pk).inbox().newest_first().first()
    assert (newest.pk, newest.state) == (rows[0].pk, "UNSEEN")
    assert newest.position == newest.rank > rows[2].position
    assert unread(rows[0]) == 3


def test_what_is_put_off_stays_away_until_its_time(rows):
    step("SNOOZE", rows[0], until=TOMORROW)

    assert wake_snoozed() == 0
    assert state(rows[0]) == "SNOOZED"


def test_what_was_archived_meanwhile_does_not_come_back(rows):
    step("SNOOZE", rows[0], until=TOMORROW)
    step("ARCHIVE", rows[0])
    Notification.objects.filter(pk=rows[0].pk).update(snoozed_until=timezone.now())

    assert wake_snoozed() == 0
    assert state(rows[0]) == "ARCHIVED"
    assert Notification.objects.get(pk=rows[0].pk).snoozed_until is None


def test_news_of_the_same_cause_brings_back_what_was_put_away(told, asha):
    told(assigned_to(asha))
    row = Notification.objects.get()
    step("ARCHIVE", row)

    told(assigned_to(asha))

    assert state(row) == "UNSEEN"
    assert Notification.objects.get().times == 2


def test_what_is_settled_is_no_longer_put_off(told, asha):
    told(assigned_to(asha))
    row = Notification.objects.get()
    step("SNOOZE", row, until=TOMORROW)

    _, envelope = heard(None)
    settling.settle([(Settled(cause=row.cause, said="Ada Okafor approved it."), envelope)])

    row.refresh_from_db()
    assert (row.state, row.handled, row.snoozed_until) == ("SEEN", "Ada Okafor approved it.", None)

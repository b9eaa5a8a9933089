"""What settings would have sent last week, before anybody saves them."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from notifications.exceptions import ModeIsFixed
from notifications.kinds import Channel, Kind, Mode
from notifications.models import Notification, PersonSettings, Preference, Trace
from notifications.planning.rehearsal import Count
from notifications.services.preferences import Preview, preview
from tests.notifications.conftest import new_task

pytestmark = pytest.mark.django_db
ASSIGNED = (Kind.TASK_ASSIGNED, Channel.EMAIL)


def said(person, choices=None, **settings):
    return preview(person_id=person.pk, settings=settings, choices=choices or {}).said


@pytest.fixture
def a_week(told, asha):
    """Four tasks, told two, three, four and five days ago."""
    for days in (2, 3, 4, 5):
        told(new_task(asha, due_at="2027-11-24T10:30:00+00:00"))
        Trace.objects.filter(pk=Trace.objects.latest("pk").pk).update(
            traced_at=timezone.now() - timedelta(days=days)
        )


def test_by_default_each_is_a_mail(a_week, asha):
    assert said(asha) == "Last week these settings would have sent 4 mails."


def test_with_a_digest_each_day_has_one(a_week, asha):
    assert said(asha, {ASSIGNED: Mode.DIGEST}) == (
        "Last week these settings would have sent 4 digests."
    )


def test_what_is_off_sends_nothing(a_week, asha):
    assert said(asha, {ASSIGNED: Mode.OFF}) == ("Last week these settings would have sent nothing.")


def test_a_weekly_digest_takes_what_came_before_it(a_week, asha):
    yesterday = (timezone.now() - timedelta(days=1)).weekday()

    assert said(
        asha,
        {ASSIGNED: Mode.DIGEST},
        digest_every="WEEKLY",
        digest_weekday=yesterday,
        digest_hour=0,
    ) == ("Last week these settings would have sent 1 digest.")


def test_it_goes_by_what_is_saved_and_not_changed_here(a_week, asha):
    Preference.objects.create(person=asha, kind="TASK_ASSIGNED", channel="EMAIL", mode="OFF")

    assert said(asha, digest_hour=9) == "Last week these settings would have sent nothing."
    assert said(asha, {ASSIGNED: None}) == "Last week these settings would have sent 4 mails."


def test_nothing_is_saved(a_week, asha):
    said(asha, {ASSIGNED: Mode.DIGEST}, quiet_from=time(22), quiet_to=time(7))

    assert not Preference.objects.exists()
    assert not PersonSettings.objects.exists()


def test_what_is_refused_when_saving_is_refused_here(asha):
    with pytest.raises(ModeIsFixed):
        said(asha, {(Kind.TASK_OVERDUE, Channel.EMAIL): Mode.OFF})


def test_what_was_told_before_the_week_is_not_counted(a_week, asha):
    Trace.objects.update(traced_at=timezone.now() - timedelta(days=8))

    assert said(asha) == "Last week these settings would have sent nothing."


def test_what_others_were_told_is_not_counted(a_week, ada):
    assert said(ada) == "Last week these settings would have sent nothing."


def test_what_nobody_was_told_is_not_counted(told, asha):
    told(new_task(asha), actor=asha.as_actor())

    assert said(asha) == "Last week these settings would have sent nothing."


def test_what_was_settled_before_its_digest_is_not_counted(a_week, asha):
    Notification.objects.update(
        handled_at=timezone.now() - timedelta(days=6), handled="Ada Byron approved it."
    )

    assert said(asha, {ASSIGNED: Mode.DIGEST}) == (
        "Last week these settings would have sent nothing."
    )


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({Channel.EMAIL: Count(single=4, digests=1)}, "4 mails and 1 digest."),
        ({Channel.EMAIL: Count(single=1)}, "1 mail."),
        ({Channel.EMAIL: Count(waiting=2)}, "nothing; 2 would still be waiting."),
        (
            {
                Channel.EMAIL: Count(single=1, digests=2),
                Channel.CHAT: Count(single=3, digests=1, waiting=1),
                Channel.WEBHOOK: Count(single=1),
            },
            "1 mail, 2 digests, 3 chat messages, 1 chat digest and 1 call to your webhooks; "
            "1 would still be waiting.",
        ),
    ],
    ids=["mails and a digest", "one", "waiting", "everywhere"],
)
def test_it_is_said_in_a_sentence(counts, text):
    assert Preview(counts=counts).said == f"Last week these settings would have sent {text}"


def test_a_busy_week_costs_a_handful_of_statements(a_week, asha, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        said(asha)

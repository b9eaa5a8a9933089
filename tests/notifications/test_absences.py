"""Who stands in hears why; who is away hears nothing of what others do."""

from dataclasses import replace

import pytest

from approvals.events import AssessorAway
from notifications.models import Notification
from tests.notifications.conftest import (
    QUESTION,
    REASSIGNED,
    REQUEST,
    TASK,
    TITLE,
    assigned_to,
)

pytestmark = pytest.mark.django_db

UNTIL = "2026-12-01T08:00:00+00:00"


def only_of(person):
    return Notification.objects.get(recipient=person)


def handed_over(who, to):
    return replace(
        REASSIGNED,
        from_assessor_id=str(who.pk),
        to_assessor_id=str(to.pk),
        because="AWAY",
        away_until=UNTIL,
    )


def test_who_stands_in_hears_for_whom_and_until_when(told, asha, ada):
    told(handed_over(asha, ada), actor=asha.as_actor())

    assert only_of(ada).reason == (
        "You get this because you stand in for Asha Rao, "
        "who is away until 1 December 2026, 08:00 UTC."
    )


def test_the_row_of_who_is_away_says_where_it_went(told, asha, ada):
    told(assigned_to(asha))

    told(handed_over(asha, ada), actor=asha.as_actor())

    assert only_of(asha).handled == "It went to your substitute, as you are away."


def test_who_is_away_is_not_told_of_a_new_task(told, asha, ada):
    told(assigned_to(asha, ada, away_ids=[str(asha.pk)]))

    assert list(Notification.objects.values_list("recipient", flat=True)) == [ada.pk]


def away(asha, ben, *escalated):
    return AssessorAway(
        task_id=TASK,
        request_id=REQUEST,
        question_id=QUESTION,
        question_title=TITLE,
        subject="Physics",
        requester_id=str(ben.pk),
        assessor_id=str(asha.pk),
        stage=0,
        due_at="2026-11-24T10:30:00+00:00",
        away_until=UNTIL,
        escalated_ids=[str(person.pk) for person in escalated],
    )


def test_where_nobody_stands_in_the_requester_hears_until_when(told, asha, ben):
    told(away(asha, ben, ben), actor=asha.as_actor())

    row = only_of(ben)
    assert (row.kind, row.title) == ("ASSESSOR_AWAY", f"Nobody stands in: {TITLE}")
    assert row.body == (
        "Asha Rao is away until 1 December 2026, 08:00 UTC, and nobody stands in. "
        "Due 24 November 2026, 10:30 UTC."
    )
    assert row.reason == "You get this because you asked for approval of this question."


def test_whom_the_policy_names_hears_that_it_does(told, asha, ben, ada):
    told(away(asha, ben, ada), actor=asha.as_actor())

    assert "the policy has you told" in only_of(ada).reason

"""The numbers on the inbox and the dashboard."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from approvals import selectors
from approvals.models import Decision
from tests.approvals.conftest import decide, make_overdue


def test_an_empty_inbox_counts_nothing(asha):
    assert selectors.inbox_counts(asha) == selectors.InboxCounts(mine=0, overdue=0, due_today=0)


def test_open_places_are_counted(asha, submit):
    submit()
    submit()

    assert selectors.inbox_counts(asha).mine == 2


def test_an_overdue_task_is_counted_as_such_and_as_due_today(asha, task):
    make_overdue(task)

    assert selectors.inbox_counts(asha) == selectors.InboxCounts(mine=1, overdue=1, due_today=1)


def test_a_decided_task_no_longer_waits(asha, task):
    decide(task, asha)

    assert selectors.inbox_counts(asha).mine == 0


def test_the_inbox_is_counted_in_one_query(asha, task, django_assert_num_queries):
    with django_assert_num_queries(1):
        selectors.inbox_counts(asha)


def test_todays_verdicts_and_approvals_are_counted(asha, submit):
    decide(submit().tasks.get(), asha)
    decide(submit().tasks.get(), asha, "REJECTED")

    assert selectors.verdicts_today(asha) == (2, 1)


def test_yesterdays_verdicts_are_not_todays(asha, task):
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        decide(task, asha)

    assert selectors.verdicts_today(asha) == (0, 0)
    assert Decision.objects.count() == 1


def test_all_tasks_are_counted_for_the_dashboard(asha, submit):
    decide(submit().tasks.get(), asha)
    make_overdue(submit().tasks.get())
    submit()

    assert selectors.task_counts() == selectors.TaskCounts(
        pending=2, overdue=1, decided_today=1, approved_today=1
    )


def test_the_assessor_with_the_most_work_comes_first(asha, ada, submit):
    submit(assigned_to=ada.email)
    submit()
    submit()

    rows = selectors.open_work_by_assessor()

    assert [(row.name, row.open) for row in rows] == [("Asha Rao", 2), ("Ada Okafor", 1)]

import pytest

from approvals import services
from approvals.models import ApprovalTask
from approvals.selectors import BOX_ORDER, Box, tasks_in_box
from core.keyset import Keyset
from tests.approvals.conftest import decide

pytestmark = pytest.mark.django_db


def page_by_page(user, box):
    """The ids on all pages of one row, read to the end and back again to the first."""
    keyset = Keyset(ApprovalTask, BOX_ORDER[box])
    there = [keyset.page(tasks_in_box(user, box), limit=1)]
    while there[-1].next:
        there.append(keyset.page(tasks_in_box(user, box), cursor=there[-1].next, limit=1))
    back = [there[-1]]
    while back[-1].previous:
        back.append(keyset.page(tasks_in_box(user, box), cursor=back[-1].previous, limit=1))
    forth = [page.items[0].pk for page in there]
    assert [page.items[0].pk for page in reversed(back)] == forth
    return forth


@pytest.fixture
def tasks(submit, asha, ada, board):
    """Three tasks that Asha and Ada both have a place on, due in 30, 10 and 20 hours."""
    stages = [
        {"assessors": [asha.email, ada.email], "approve_n": 2, "due_hours": hours}
        for hours in (30, 10, 20)
    ]
    return [submit(assigned_to="", policy={"stages": [stage]}).tasks.get() for stage in stages]


def test_my_box_has_each_task_once_the_most_urgent_first(tasks, asha):
    late, early, middle = (task.pk for task in tasks)

    assert page_by_page(asha, Box.MINE) == [early, middle, late]


def test_tasks_that_are_due_together_are_all_met(submit, asha):
    together = [submit().tasks.get().pk for _ in range(3)]
    due = ApprovalTask.objects.get(pk=together[0]).due_at
    for task in ApprovalTask.objects.all():
        task.assignments.update(due_at=due)

    assert page_by_page(asha, Box.MINE) == sorted(together)


def test_a_decided_task_is_no_longer_in_my_box(tasks, asha, ada):
    decide(tasks[0], asha)

    assert tasks[0].pk not in page_by_page(asha, Box.MINE)
    assert tasks[0].pk in page_by_page(ada, Box.MINE)


def test_what_i_decided_last_comes_first(tasks, asha, ada):
    first, second, third = tasks
    for task in (second, first, third):
        decide(task, asha)
    decide(second, ada)

    assert page_by_page(asha, Box.DONE) == [third.pk, first.pk, second.pk]


def test_what_only_others_decided_is_not_mine(tasks, asha, ada):
    decide(tasks[0], ada)

    assert list(tasks_in_box(asha, Box.DONE)) == []


def test_what_i_gave_back_is_not_in_my_box(offered, asha):
    services.claim_task(task_id=offered.pk, actor=asha)
    services.release_task(task_id=offered.pk, actor=asha)

    assert list(tasks_in_box(asha, Box.MINE)) == []
    assert list(tasks_in_box(asha, Box.TEAM)) == [offered]

"""GET /api/v1/approval-tasks/ and GET /api/v1/approval-tasks/{id}/"""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import services
from approvals.models import ApprovalTask, Assignment
from tests.approvals.api.conftest import assert_refused
from tests.approvals.conftest import decide

URL = "approval-tasks/"
NOWHERE = "approval-tasks/11111111-1111-4111-8111-111111111111/"


def ids(answer):
    return [row["task_id"] for row in answer.json()["results"]]


def due_in(task, hours):
    due_at = timezone.now() + timedelta(hours=hours)
    ApprovalTask.objects.filter(pk=task.pk).update(due_at=due_at)
    Assignment.objects.filter(task=task).update(due_at=due_at)


def test_mine_is_what_waits_for_me(as_asha, as_ada, task):
    assert ids(as_asha.read(URL, {"box": "mine"})) == [str(task.pk)]
    assert ids(as_ada.read(URL, {"box": "mine"})) == []


def test_without_a_box_it_is_mine(as_asha, task):
    assert ids(as_asha.read(URL)) == [str(task.pk)]


def test_team_is_what_my_groups_are_offered(as_asha, as_cleo, offered):
    assert ids(as_asha.read(URL, {"box": "team"})) == [str(offered.pk)]
    assert ids(as_cleo.read(URL, {"box": "team"})) == []


def test_waiting_is_what_i_asked_for(as_ben, as_asha, task):
    assert ids(as_ben.read(URL, {"box": "waiting"})) == [str(task.pk)]
    assert ids(as_asha.read(URL, {"box": "waiting"})) == []


def test_done_is_what_i_decided(as_asha, asha, task):
    assert ids(as_asha.read(URL, {"box": "done"})) == []

    decide(task, asha)

    assert ids(as_asha.read(URL, {"box": "done"})) == [str(task.pk)]


def test_the_most_urgent_comes_first(as_asha, submit):
    later, sooner, last = (submit().tasks.get() for _ in range(3))
    for task, hours in ((later, 5), (sooner, 1), (last, 9)):
        due_in(task, hours)

    assert ids(as_asha.read(URL)) == [str(sooner.pk), str(later.pk), str(last.pk)]


@pytest.mark.parametrize("box", ["mine", "waiting", "done"])
def test_every_box_can_be_walked_there_and_back(as_asha, as_ben, asha, submit, box):
    tasks = [submit().tasks.get() for _ in range(5)]
    if box == "done":
        for task in tasks:
            decide(task, asha)
    reader = as_ben if box == "waiting" else as_asha
    whole = ids(reader.read(URL, {"box": box}))

    first = reader.read(URL, {"box": box, "limit": 2})
    second = reader.get(first.json()["next"])
    third = reader.get(second.json()["next"])
    back = reader.get(third.json()["previous"])

    assert ids(first) + ids(second) + ids(third) == whole
    assert len(whole) == 5
    assert ids(back) == ids(second)


def test_the_list_says_what_an_inbox_needs(as_asha, task):
    (row,) = as_asha.read(URL).json()["results"]

    assert row["question_title"] == "What is 2 + 2?"
    assert row["assigned_by"] == "ben@example.com"
    assert row["digest"] == task.version.digest
    assert "correct_answer" not in row


def test_an_unknown_box_is_refused_by_name(as_asha):
    assert_refused(as_asha.read(URL, {"box": "lost"}), 400, "validation_error", "box")


def test_a_cursor_of_another_box_is_refused(as_asha, asha, submit):
    for _ in range(2):
        submit()
    address = as_asha.read(URL, {"limit": 1}).json()["next"]

    answer = as_asha.get(address + "&box=done")

    assert_refused(answer, 400, "invalid_cursor", "cursor")


@pytest.mark.parametrize("box", ["mine", "team", "waiting", "done"])
@pytest.mark.parametrize("rows", [1, 10])
def test_a_list_takes_three_queries_at_most_however_long(
    as_asha, submit, django_assert_max_num_queries, rows, box
):
    for _ in range(rows):
        submit()

    with django_assert_max_num_queries(3):
        as_asha.read(URL, {"box": box})


def test_asha_reads_the_question_she_is_to_judge_with_its_key(as_asha, task):
    answer = as_asha.read(f"{URL}{task.pk}/").json()

    assert answer["question"]["question_text"] == "What is 2 + 2?"
    assert answer["question"]["options"] == ["3", "4", "5"]
    assert answer["question"]["correct_answer"] == "4"
    assert answer["question"]["digest"] == answer["digest"] == task.version.digest
    assert answer["assignments"] == [
        {
            "assessor": {"email": "asha@example.com", "name": "Asha Rao"},
            "state": "ACTIVE",
            "claimed": False,
        }
    ]


@pytest.mark.parametrize("who", ["as_ben", "as_vera", "as_admin"])
def test_those_concerned_may_read_it(request, task, who):
    assert request.getfixturevalue(who).read(f"{URL}{task.pk}/").status_code == 200


@pytest.mark.parametrize("who", ["as_ada", "as_cleo"])
def test_for_others_it_is_not_there(request, task, who):
    answer = request.getfixturevalue(who).read(f"{URL}{task.pk}/")

    assert_refused(answer, 404, "task_not_found")
    assert task.version.correct_answer not in answer.json().values()


def test_what_is_not_there_looks_the_same(as_asha):
    assert_refused(as_asha.read(NOWHERE), 404, "task_not_found")


def test_a_stranger_is_asked_to_sign_in(as_stranger, task):
    assert_refused(as_stranger.read(URL), 401, "not_authenticated")
    assert_refused(as_stranger.read(f"{URL}{task.pk}/"), 401, "not_authenticated")


def test_a_task_carries_its_tag_and_is_not_sent_twice(as_asha, task):
    tag = as_asha.read(f"{URL}{task.pk}/")["ETag"]

    answer = as_asha.read(f"{URL}{task.pk}/", If_None_Match=tag)

    assert answer.status_code == 304
    assert answer.content == b""


def test_the_tag_changes_when_somebody_takes_a_seat(as_asha, ada, offered):
    before = as_asha.read(f"{URL}{offered.pk}/")["ETag"]

    services.claim_task(task_id=offered.pk, actor=ada)

    assert as_asha.read(f"{URL}{offered.pk}/")["ETag"] != before


def test_a_task_takes_six_queries(as_asha, task, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):  # one notes who read it
        as_asha.read(f"{URL}{task.pk}/")

import pytest

from accounts import roles
from approvals.models import ApprovalPolicy
from outbox.models import Event
from tests.approvals.conftest import decide, make_overdue
from tests.cast import person

YES = {"confirmed": "yes"}


def test_before_reassigning_a_successor_is_asked_for(desk, task, ada):
    page = desk.act("reassign", task)

    assert "Ada Okafor" in page.content.decode()
    assert task.assignments.get().state == "ACTIVE"


def test_a_task_is_passed_on(desk, task, ada):
    answer = desk.act("reassign", task, assigned_to=str(ada.pk), **YES)

    task.refresh_from_db()
    assert task.assigned_to == ada
    assert desk.told(answer) == ["Reassigned: 1."]


def test_nobody_but_an_assessor_is_a_successor(desk, task, asha, cleo):
    page = desk.act("reassign", task, assigned_to=str(cleo.pk), **YES)

    task.refresh_from_db()
    assert page.status_code == 200
    assert task.assigned_to == asha


def test_a_settled_task_is_not_passed_on(desk, task, asha, ada):
    decide(task, asha)

    answer = desk.act("reassign", task, assigned_to=str(ada.pk), **YES)

    assert "decided by Asha Rao" in desk.told(answer)[0]


def test_requests_are_cancelled(desk, submit):
    requests = [submit(), submit()]

    answer = desk.act("cancel", *requests)

    assert desk.told(answer) == ["Cancelled: 2."]
    for request in requests:
        request.refresh_from_db()
        assert request.status == "CANCELLED"


def test_a_request_that_is_closed_says_so(desk, submit):
    closed, still_open = submit(), submit()
    desk.act("cancel", closed)

    answer = desk.act("cancel", closed, still_open)

    assert any("The request is closed: cancelled." in text for text in desk.told(answer))
    assert desk.told(answer)[-1] == "Cancelled: 1."


def test_what_is_overdue_expires(desk, submit):
    late, in_time = submit().tasks.get(), submit().tasks.get()
    make_overdue(late)

    answer = desk.act("expire", in_time)

    late.refresh_from_db()
    in_time.refresh_from_db()
    assert (late.status, in_time.status) == ("EXPIRED", "PENDING")
    assert "Expired: 1." in desk.told(answer)


@pytest.mark.parametrize("action", ["approve", "reassign", "expire"])
def test_auditors_change_no_task(desk_of, client, task, ada, action):
    vera = person("Vera Lindt", roles.AUDITORS, is_staff=True)
    make_overdue(task)

    desk_of(client, vera).act(action, task, assigned_to=str(ada.pk), **YES)

    task.refresh_from_db()
    assert (task.status, task.assigned_to.name) == ("PENDING", "Asha Rao")


def test_auditors_cancel_no_request(desk_of, client, submit):
    request = submit()
    vera = person("Vera Lindt", roles.AUDITORS, is_staff=True)

    desk_of(client, vera).act("cancel", request)

    request.refresh_from_db()
    assert request.status == "PENDING"


@pytest.fixture
def policy(asha):
    return ApprovalPolicy.objects.create(name="Asha", stages=[{"assessors": [asha.email]}])


def test_a_policy_is_written_by_hand(desk, policy):
    desk.save(policy, name="The board", stages='[{"group": "maths-board"}]', is_active="on")

    policy.refresh_from_db()
    assert (policy.name, policy.stages) == ("The board", [{"group": "maths-board"}])


def test_saving_a_policy_is_told(desk, policy, admin_person):
    desk.save(policy, name="The board", stages='[{"group": "maths-board"}]')

    event = Event.objects.get(name="approvals.policy_saved")
    assert event.actor_id == str(admin_person.pk)
    assert event.payload == {
        "policy_id": str(policy.pk),
        "policy_name": "The board",
        "is_active": False,
    }


def test_a_policy_that_cannot_be_kept_is_refused_by_place(desk, policy):
    page = desk.save(policy, name="Broken", stages='[{"approve_n": 0}]', is_active="on")

    policy.refresh_from_db()
    assert "policy.stages[0]" in page.content.decode()
    assert policy.name == "Asha"


def test_rules_of_item_writing_are_ticked_off(desk, policy):
    stages = '[{"group": "maths-board"}]'

    desk.save(policy, name="The board", stages=stages, flaws_off=["negative-stem"])

    policy.refresh_from_db()
    assert policy.flaws_off == ["negative-stem"]


def test_the_rules_that_are_off_are_ticked_in_the_form(desk, policy):
    policy.flaws_off = ["negative-stem"]
    policy.save()

    form = desk.show(policy).context["adminform"].form

    assert form["flaws_off"].value() == ["negative-stem"]


def test_a_rule_that_does_not_exist_cannot_be_ticked(desk, policy):
    desk.save(policy, name="The board", stages='[{"group": "maths-board"}]', flaws_off=["typo"])

    policy.refresh_from_db()
    assert (policy.name, policy.flaws_off) == ("Asha", [])


def test_an_auditor_writes_no_policy(desk_of, client, policy):
    vera = person("Vera Lindt", roles.AUDITORS, is_staff=True)

    answer = desk_of(client, vera).save(policy, name="Mine", stages="[]")

    assert answer.status_code == 403


def test_questions_are_marked_as_secure_and_back(desk, task):
    answer = desk.act("mark_as_secure", task.question)

    task.question.refresh_from_db()
    assert task.question.is_secure is True
    assert desk.told(answer) == ["Marked: 1."]

    desk.act("mark_as_not_secure", task.question)

    task.question.refresh_from_db()
    assert task.question.is_secure is False

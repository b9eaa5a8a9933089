import stat

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.roles import ADMINISTRATORS, ASSESSORS, AUDITORS, REQUESTERS
from approvals.flaws import find_flaws
from approvals.models import ApprovalRequest, ApprovalTask, Assignment, Question
from config import demo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_there_is_one_person_for_each_role_and_a_second_assessor():
    demo.prepare()

    assert {
        user.email: [group.name for group in user.groups.all()] for user in User.objects.all()
    } == {
        "asha@example.com": [ASSESSORS],
        "ada@example.com": [ASSESSORS],
        "ben@example.com": [REQUESTERS],
        "vera@example.com": [AUDITORS],
        "admin@example.com": [ADMINISTRATORS],
    }


def test_only_admin_may_enter_the_admin():
    demo.prepare()

    assert [user.email for user in User.objects.filter(is_staff=True)] == ["admin@example.com"]


def test_everybody_signs_in_with_the_kept_password(rf):
    demo.prepare()

    password = demo.password()
    for person in demo.PEOPLE:
        signed_in = authenticate(rf.post("/"), username=person.email, password=password)
        assert signed_in.email == person.email


def test_the_password_is_for_its_owner_only(var):
    demo.prepare()

    assert stat.S_IMODE((var / "demo-password").stat().st_mode) == 0o600


def test_a_new_password_is_given_to_those_who_have_the_old_one(rf, var):
    demo.prepare()
    (var / "demo-password").unlink()

    demo.prepare()

    assert authenticate(rf.post("/"), username="ben@example.com", password=demo.password())


def test_there_is_work_in_every_box():
    demo.prepare()

    pending = ApprovalTask.objects.pending()
    waiting = Assignment.objects.active().filter(task__in=pending)
    assert waiting.filter(assessor__email="asha@example.com").count() == 13
    assert waiting.filter(assessor__email="ada@example.com").count() == 5
    assert pending.filter(assigned_group__name=ASSESSORS).count() == 3
    assert sorted(
        ApprovalTask.objects.exclude(status="PENDING").values_list("status", flat=True)
    ) == ["APPROVED"] * 4 + ["CHANGES_REQUESTED", "REJECTED"]


def test_one_request_has_two_stages():
    demo.prepare()

    requests = ApprovalRequest.objects.all()
    assert sorted(len(request.stages) for request in requests) == [1] * 26 + [2]


def test_every_seed_question_is_there():
    demo.prepare()

    assert Question.objects.count() == 302  # and two that show flaws


def test_asha_has_a_question_with_flaws():
    demo.prepare()

    question = Question.objects.get(question_text__contains="noble gases?")
    assert question.tasks.get().assignments.get().assessor.email == "asha@example.com"
    assert {"negative-stem", "all-of-the-above"} <= {
        flaw.rule for flaw in find_flaws(question.content)
    }


def test_a_second_time_adds_nothing():
    demo.prepare()

    demo.prepare()

    assert User.objects.count() == 5
    assert Question.objects.count() == 302  # and two that show flaws


def test_the_work_runs_to_its_ends(deliver_all):
    demo.prepare()

    deliver_all()

    decided = ApprovalRequest.objects.exclude(status="PENDING")
    assert sorted(decided.values_list("status", flat=True)) == [
        *["APPROVED"] * 4,
        "CHANGES_REQUESTED",
        "REJECTED",
    ]


def test_a_deployment_gets_no_demo_people(settings):
    settings.ON_THIS_MACHINE = False

    with pytest.raises(CommandError, match="local profile only"):
        call_command("seed_demo")

    assert User.objects.count() == 0

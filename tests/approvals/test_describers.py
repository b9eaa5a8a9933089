"""Questions, requests and what belongs to them by their ids: to whom the pages show them."""

from uuid import uuid4

import pytest

from accounts.things import Thing, described, may_see
from approvals.models import ApprovalPolicy
from tests.approvals.attachments import bring
from tests.approvals.imports import upload

pytestmark = pytest.mark.django_db
KINDS = ("question", "request", "task")


@pytest.fixture
def ids(task):
    """The ids of a question, its request and its task, by kind."""
    return {
        "question": str(task.question_id),
        "request": str(task.request_id),
        "task": str(task.pk),
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["ben", "asha", "vera", "admin_person"])
def test_who_takes_part_or_oversees_sees_it(request, ids, kind, name):
    assert may_see(request.getfixturevalue(name), kind, ids[kind])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["cleo", "ada"])
def test_nobody_else_does(request, ids, kind, name):
    assert not may_see(request.getfixturevalue(name), kind, ids[kind])


def test_titles_and_pages_are_told(vera, ids):
    assert described(vera, ids.items()) == {
        ("question", ids["question"]): Thing(
            title="What is 2 + 2?", url=f"/questions/{ids['question']}/"
        ),
        ("request", ids["request"]): Thing(
            title="What is 2 + 2?", url=f"/requests/{ids['request']}/"
        ),
        ("task", ids["task"]): Thing(title="What is 2 + 2?", url=f"/tasks/{ids['task']}/"),
    }


def test_many_cost_a_query_a_kind(vera, ids, django_assert_max_num_queries):
    vera.cached_role_names()

    with django_assert_max_num_queries(3):
        described(vera, [*ids.items(), *[(kind, str(uuid4())) for kind in KINDS]])


@pytest.mark.parametrize("kind", [*KINDS, "policy", "import", "attachment", "execution"])
@pytest.mark.parametrize("thing", ["", "x", "-1", "9" * 30, "\u0661"])
def test_what_is_no_id_stands_for_nothing(vera, kind, thing):
    assert not may_see(vera, kind, thing)


def test_a_policy_on_offer_is_seen_by_who_may_ask(ben, asha, vera):
    offered = ApprovalPolicy.objects.create(name="Two of three", stages=[])
    gone = ApprovalPolicy.objects.create(name="Old", stages=[], is_active=False)

    assert described(ben, [("policy", str(offered.pk)), ("policy", str(gone.pk))]) == {
        ("policy", str(offered.pk)): Thing(title="Two of three")
    }
    assert may_see(vera, "policy", str(gone.pk))
    assert not may_see(asha, "policy", str(offered.pk))


def test_an_administrator_comes_to_the_page_of_a_policy(admin_person):
    policy = ApprovalPolicy.objects.create(name="Two of three", stages=[])

    (found,) = described(admin_person, [("policy", str(policy.pk))]).values()

    assert found.url == f"/admin/approvals/approvalpolicy/{policy.pk}/change/"


def test_an_import_is_its_owners_and_an_auditor_reads_the_name(ben, asha, vera):
    kept = upload(ben)

    assert described(ben, [("import", str(kept.pk))]) == {
        ("import", str(kept.pk)): Thing(title="questions.csv", url=f"/import/{kept.pk}/")
    }
    assert described(vera, [("import", str(kept.pk))]) == {
        ("import", str(kept.pk)): Thing(title="questions.csv")
    }
    assert not may_see(asha, "import", str(kept.pk))


def test_an_attachment_is_its_owners_until_a_question_has_it(ben, asha):
    brought = bring(ben)

    assert described(ben, [("attachment", str(brought.pk))]) == {
        ("attachment", str(brought.pk)): Thing(title="chart.png", url=f"/attachments/{brought.pk}/")
    }
    assert not may_see(asha, "attachment", str(brought.pk))


def test_an_execution_goes_by_its_question(submit, deliver_all, ben, cleo):
    asked = submit()
    deliver_all()

    assert described(ben, [("execution", asked.execution_name)]) == {
        ("execution", asked.execution_name): Thing(
            title="What is 2 + 2?", url=f"/executions/{asked.execution_name}/"
        )
    }
    assert not may_see(cleo, "execution", asked.execution_name)

import pytest
from django.test import Client

from accounts import roles
from approvals.models import (
    ApprovalPolicy,
    ApprovalTask,
    Assignment,
    Decision,
    ImportRow,
    Question,
    QuestionImport,
    QuestionVersion,
    Repair,
)
from tests.approvals.conftest import decide
from tests.cast import person

MODELS = [
    "question",
    "questionversion",
    "approvalrequest",
    "approvaltask",
    "assignment",
    "decision",
    "approvalpolicy",
    "questionimport",
    "importrow",
    "repair",
]


@pytest.fixture
def everything(submit, asha, deliver_all):
    """One of each, on a request that has come to its end; a task token among it."""
    request = submit()
    deliver_all()
    decide(request.tasks.get(), asha, comment="Clear.")
    ApprovalPolicy.objects.create(name="Asha alone", stages=[{"assessors": [asha.email]}])
    upload = QuestionImport.objects.create(
        file_name="maths.csv",
        format=QuestionImport._meta.get_field("format").choices[0][0],
        uploaded_by=request.requester,
        data=b"secret bytes",
        sha256="0" * 64,
        size=12,
        lines=1,
    )
    ImportRow.objects.create(question_import=upload, line=2, status="ERROR", reason="No key.")
    Repair.objects.create(kind="LOST_START", state="MADE", request=request, found="x", outcome="y")
    return request


@pytest.mark.parametrize("model", MODELS)
def test_every_model_is_listed(desk, everything, model):
    answer = desk.list(model)

    assert answer.status_code == 200
    assert "0 results" not in answer.content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_every_list_can_be_searched(desk, everything, model):
    assert desk.list(model, q="maths").status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_a_list_takes_no_more_queries_for_more_rows(
    desk, submit, everything, django_assert_max_num_queries, model
):
    for _ in range(5):
        submit()

    with django_assert_max_num_queries(11):
        desk.list(model)


@pytest.fixture
def one_of_each(everything):
    return [
        Question.objects.get(),
        QuestionVersion.objects.get(),
        everything,
        ApprovalTask.objects.get(),
        Assignment.objects.get(),
        Decision.objects.get(),
        ApprovalPolicy.objects.get(),
        QuestionImport.objects.get(),
        ImportRow.objects.get(),
    ]


def test_every_thing_is_shown(desk, one_of_each):
    answers = [desk.show(thing).status_code for thing in one_of_each]

    assert answers == [200] * len(one_of_each)


def test_the_task_token_is_on_no_page(desk, one_of_each):
    token = ApprovalTask.objects.get().task_token
    assert token

    for thing in one_of_each:
        assert token not in desk.show(thing).content.decode()


def test_the_history_of_a_task_is_shown_with_it(desk, everything):
    page = desk.show(everything.tasks.get()).content.decode()

    assert "Clear." in page
    assert "Asha Rao" in page


def test_nothing_that_happened_can_be_edited(desk, one_of_each):
    happened = [thing for thing in one_of_each if not isinstance(thing, ApprovalPolicy)]

    answers = [desk.save(thing, status="APPROVED", verdict="REJECTED") for thing in happened]

    assert [answer.status_code for answer in answers] == [403] * len(happened)
    assert Decision.objects.get().verdict == "APPROVED"


@pytest.mark.parametrize("model", [name for name in MODELS if name != "approvalpolicy"])
def test_nothing_can_be_added_or_deleted_by_hand(desk, everything, model):
    added = desk.client.get(f"/admin/approvals/{model}/add/")
    page = desk.list(model).content.decode()

    assert added.status_code == 403
    assert "delete_selected" not in page


def test_auditors_read(desk_of, client, everything):
    vera = person("Vera Lindt", roles.AUDITORS, is_staff=True)

    assert desk_of(client, vera).show(everything).status_code == 200


@pytest.mark.parametrize("role", [roles.ASSESSORS, roles.REQUESTERS])
def test_others_do_not_even_with_access_to_the_admin(desk_of, client, everything, role):
    someone = person("Kim Lee", role, is_staff=True)

    assert desk_of(client, someone).show(everything).status_code == 403


def test_strangers_are_asked_to_sign_in(everything):
    answer = Client().get("/admin/approvals/approvalrequest/")

    assert answer.status_code == 302

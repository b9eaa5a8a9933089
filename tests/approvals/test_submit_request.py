import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals import services
from approvals.exceptions import (
    NotARequester,
    QuestionNotFound,
    SelfApproval,
    UnderReview,
    UnknownGroup,
    UnknownPerson,
    UnknownPolicy,
)
from approvals.models import ApprovalPolicy, ApprovalRequest, Assignment, Question, QuestionVersion
from approvals.policy import InvalidPolicy
from outbox.models import Event
from tests.approvals.conftest import CONTENT


def test_the_question_is_kept_as_given(submit):
    submit()

    question = Question.objects.get()
    assert question.question_text == "What is 2 + 2?"
    assert question.options == ["3", "4", "5"]
    assert question.correct_answer == "4"
    assert question.subject == "Maths"


def test_the_first_version_carries_the_digest(submit):
    submit()

    version = QuestionVersion.objects.get()
    assert (version.number, version.digest) == (1, CONTENT.digest)


def test_the_request_is_pending_with_a_copy_of_the_policy(submit, asha, ben):
    request = submit()

    assert request.status == "PENDING"
    assert request.requester == ben
    (stage,) = request.stages
    assert (stage.assessors, stage.approve_n, stage.return_n) == ((str(asha.pk),), 1, 1)


def test_the_task_is_there_at_once(submit, asha, ben):
    task = submit().tasks.get()

    assert (task.status, task.callback) == ("PENDING", "AWAITING_TOKEN")
    assert (task.assigned_by, task.assigned_to) == (ben, asha)
    hours = (task.due_at - timezone.now()).total_seconds() / 3600
    assert 71.9 < hours <= 72


def test_the_assessor_has_a_place_on_the_task(submit, asha):
    task = submit().tasks.get()

    place = Assignment.objects.get()
    assert (place.task, place.assessor, place.state) == (task, asha, "ACTIVE")
    assert place.due_at == task.due_at


def test_the_submission_is_an_event_without_the_key(submit, ben):
    request = submit()

    event = Event.objects.get()
    assert event.name == "approvals.request_submitted"
    assert event.actor_id == str(ben.pk)
    assert event.payload == {
        "request_id": str(request.pk),
        "question_id": str(request.question_id),
        "question_title": "What is 2 + 2?",
        "subject": "Maths",
        "requester_id": str(ben.pk),
        "version": 1,
        "digest": CONTENT.digest,
    }


def test_an_address_is_found_whatever_its_case(submit, asha):
    assert submit(assigned_to=" Asha@Example.COM ").tasks.get().assigned_to == asha


def refused(submit, refusal, field, **what):
    with pytest.raises(refusal) as caught:
        submit(**what)
    assert caught.value.field == field
    assert not Question.objects.exists()
    assert not Event.objects.exists()


def test_an_unknown_address_is_refused(submit):
    refused(submit, UnknownPerson, "assigned_to", assigned_to="nobody@example.com")


def test_somebody_who_is_no_assessor_is_refused(submit, cleo):
    refused(submit, UnknownPerson, "assigned_to", assigned_to=cleo.email)


def test_an_assessor_who_left_is_refused(submit, asha):
    asha.is_active = False
    asha.save()

    refused(submit, UnknownPerson, "assigned_to")


def test_the_requester_cannot_be_the_assessor(submit, asha, admin_person):
    asha.is_superuser = True
    asha.save()

    refused(submit, SelfApproval, "assigned_to", actor=asha)


def test_nobody_to_decide_is_refused(submit):
    refused(submit, UnknownPerson, "assigned_to", assigned_to="")


def test_an_unknown_policy_is_refused(submit):
    refused(submit, UnknownPolicy, "policy", policy="double-check")


def test_a_retired_policy_is_refused(submit):
    ApprovalPolicy.objects.create(
        name="double-check", stages=[{"group": "assessors"}], is_active=False
    )

    refused(submit, UnknownPolicy, "policy", policy="double-check")


def test_an_unknown_group_is_refused(submit):
    policy = {"stages": [{"group": "chemistry-board"}]}

    refused(submit, UnknownGroup, "policy.stages[0]", policy=policy, assigned_to="")


def test_a_group_too_small_for_its_quorum_is_refused(submit, board):
    policy = {"stages": [{"group": "maths-board", "approve_n": 2, "return_n": 2}]}

    refused(submit, InvalidPolicy, "policy.stages[0]", policy=policy, assigned_to="")


def test_a_stranger_in_a_later_stage_is_refused(submit, asha):
    policy = {"stages": [{"assessors": [asha.email]}, {"assessors": ["eve@example.com"]}]}

    refused(submit, UnknownPerson, "policy.stages[1]", policy=policy, assigned_to="")


def test_an_assessor_cannot_submit(submit, asha):
    refused(submit, NotARequester, None, actor=asha)


def test_a_named_policy_is_used(submit, asha, ada):
    ApprovalPolicy.objects.create(
        name="two-stages",
        stages=[{"assessors": [asha.email], "due_hours": 4}, {"assessors": [ada.email]}],
    )

    request = submit(policy="two-stages", assigned_to="")

    assert [stage.due_hours for stage in request.stages] == [4.0, 72.0]


def test_assigned_to_takes_the_first_stage_of_a_policy(submit, board, ada):
    policy = {"stages": [{"group": "maths-board"}, {"group": "maths-board"}]}

    request = submit(policy=policy, assigned_to=ada.email)

    assert request.tasks.get().assigned_to == ada
    assert [stage.group for stage in request.stages] == ["", "maths-board"]


def test_several_named_assessors_each_get_a_place(submit, asha, ada):
    policy = {"stages": [{"assessors": [asha.email, ada.email], "approve_n": 2}]}

    task = submit(policy=policy, assigned_to="").tasks.get()

    assert task.assigned_to is None
    assert {place.assessor for place in task.assignments.all()} == {asha, ada}


def test_a_task_for_a_group_has_nobody_on_it_yet(offered, board):
    assert offered.assigned_group == board
    assert not offered.assignments.exists()


@pytest.fixture
def question(ben):
    return services.create_question(content=CONTENT, actor=ben)


def test_approval_is_asked_for_a_question_that_is_there(question, ben, asha):
    request = services.request_approval(question_id=question.pk, assigned_to=asha.email, actor=ben)

    assert (request.question, request.version.number) == (question, 1)


def test_a_question_has_one_open_request_at_a_time(question, ben, asha):
    ask = {"question_id": question.pk, "assigned_to": asha.email, "actor": ben}
    services.request_approval(**ask)

    with pytest.raises(UnderReview):
        services.request_approval(**ask)

    assert ApprovalRequest.objects.count() == 1


def test_somebody_elses_question_is_not_found(question, asha, cleo):
    cleo.groups.set(question.created_by.groups.all())

    with pytest.raises(QuestionNotFound):
        services.request_approval(question_id=question.pk, assigned_to=asha.email, actor=cleo)


def test_whoever_wrote_it_is_not_asked_to_judge_it(asha, admin_person):
    asha.groups.add(Group.objects.get(name="requesters"))
    mine = services.create_question(content=CONTENT, actor=type(asha).objects.get(pk=asha.pk))

    with pytest.raises(SelfApproval):
        services.request_approval(question_id=mine.pk, assigned_to=asha.email, actor=admin_person)


def test_the_database_itself_refuses_a_second_open_request(submit):
    first = submit()

    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovalRequest.objects.create(
            question=first.question, version=first.version, requester=first.requester, policy={}
        )


def test_submitting_to_one_assessor_takes_seven_statements(
    submit, ben, asha, django_assert_num_queries
):
    ben.cached_role_names()

    with django_assert_num_queries(7 + 2):  # the savepoint around it counts twice
        submit()

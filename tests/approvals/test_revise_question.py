import pytest
from django.db import Error, connection

from approvals import services
from approvals.exceptions import NothingChanged, NotYours, QuestionNotFound, UnderReview
from approvals.models import ApprovalRequest, Question
from outbox.models import Event
from tests.approvals.conftest import CONTENT, REVISED, decide


@pytest.fixture
def question(ben):
    return services.create_question(content=CONTENT, actor=ben)


def revise(question, actor, content=REVISED):
    return services.revise_question(question_id=question.pk, content=content, actor=actor)


def test_the_new_version_stands_beside_the_old(question, ben):
    revise(question, ben)

    versions = question.versions.order_by("number")
    assert [version.question_text for version in versions] == [
        "What is 2 + 2?",
        "What is two plus two?",
    ]
    assert versions[1].digest == REVISED.digest


def test_the_question_says_what_its_newest_version_says(question, ben):
    revise(question, ben)

    question.refresh_from_db()
    assert question.content == REVISED
    assert question.latest_version == 2


def test_a_revision_is_an_event(question, ben):
    revise(question, ben)

    payload = Event.objects.get(name="approvals.question_revised").payload
    assert (payload["version"], payload["digest"]) == (2, REVISED.digest)
    assert payload["request_id"] == ""


def test_saying_the_same_again_is_refused(question, ben):
    with pytest.raises(NothingChanged):
        revise(question, ben, CONTENT)

    assert question.versions.count() == 1


def test_somebody_else_cannot_revise(question, asha):
    with pytest.raises(NotYours):
        revise(question, asha)

    assert question.versions.count() == 1


def test_whoever_asked_for_approval_writes_the_version_that_was_asked_for(
    question, admin_person, asha, cleo
):
    request = services.request_approval(
        question_id=question.pk, assigned_to=asha.email, actor=admin_person
    )
    ApprovalRequest.objects.filter(pk=request.pk).update(requester=cleo, status="CHANGES_REQUESTED")

    assert revise(question, cleo).created_by == cleo


def test_an_administrator_may(question, admin_person):
    assert revise(question, admin_person).created_by == admin_person


def test_a_question_that_is_not_there_is_not_found(ben):
    with pytest.raises(QuestionNotFound):
        revise(Question(), ben)


def test_what_is_being_judged_does_not_change(task, ben):
    with pytest.raises(UnderReview):
        revise(task.question, ben)

    task.question.refresh_from_db()
    assert task.question.content == CONTENT


def test_a_version_asked_for_puts_the_request_back_under_review(task, asha, ben):
    decide(task, asha, "CHANGES_REQUESTED")
    services.await_revision(
        services.Waiting(request_id=task.request_id, stage=0, round_=0, token="t", generation="1")
    )

    version = revise(task.question, ben)

    task.request.refresh_from_db()
    assert (task.request.status, task.request.version) == ("PENDING", version)
    event = Event.objects.get(name="approvals.question_revised")
    assert event.payload["request_id"] == str(task.request_id)


@pytest.mark.parametrize(
    "change", ["UPDATE question_versions SET correct_answer = '5'", "DELETE FROM question_versions"]
)
def test_the_database_itself_keeps_versions_as_they_are(question, change):
    with pytest.raises(Error, match="written once"), connection.cursor() as cursor:
        cursor.execute(change)

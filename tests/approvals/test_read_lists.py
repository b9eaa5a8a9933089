"""Who finds which questions and requests in a list, whichever way PostgreSQL gets at them."""

import pytest
from django.contrib.auth.models import Group

from accounts import roles
from approvals import services
from approvals.models import ApprovalRequest, Question, reading
from tests.approvals.conftest import CONTENT, decide

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["few of the newest", "many of the newest"], autouse=True)
def readable(request, monkeypatch):
    """What the list finds when it looks at the newest rows first."""
    enough = 1 if request.param == "many of the newest" else 1000
    monkeypatch.setattr(reading, "MANY", enough)


def listed(user):
    requests = set(ApprovalRequest.objects.listed_for(user))
    assert requests == set(ApprovalRequest.objects.visible_to(user))
    assert {request.question for request in requests} == set(Question.objects.listed_for(user))
    assert set(Question.objects.listed_for(user)) == set(Question.objects.visible_to(user))
    return requests


def test_an_assessor_finds_what_they_were_asked(submit, asha, ada):
    asked = submit()
    submit(assigned_to=ada.email)

    assert listed(asha) == {asked}


def test_what_was_decided_stays_in_the_list(submit, asha):
    asked = submit()
    decide(asked.tasks.get(), asha)

    assert listed(asha) == {asked}


def test_an_assessor_finds_what_is_offered_to_their_group(submit, offered, ada, asha):
    own = submit(assigned_to=ada.email)

    assert listed(ada) == {offered.request, own}
    assert listed(asha) == {offered.request}


def test_an_assessor_who_also_asks_finds_their_own(submit, asha, ada):
    asha.groups.add(Group.objects.get(name=roles.REQUESTERS))
    submit(assigned_to=ada.email)
    own = submit(assigned_to=ada.email, actor=asha)

    assert listed(asha) == {own}


def test_a_requester_finds_their_own(submit, ben):
    own = submit()

    assert listed(ben) == {own}


def test_who_has_no_business_here_finds_nothing(submit, cleo):
    submit()

    assert listed(cleo) == set()


def test_an_auditor_finds_everything(submit, vera):
    everything = {submit()}

    assert listed(vera) == everything


def test_a_question_without_a_request_is_its_authors(ben, asha):
    question = services.create_question(content=CONTENT, actor=ben)

    assert list(Question.objects.listed_for(ben)) == [question]
    assert list(Question.objects.listed_for(asha)) == []

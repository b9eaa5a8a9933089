import pytest

from core.preconditions import entity_tag
from tests.core.doors import Tagged

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.doors")]
URL = "/api/v1/tagged/"


def test_an_answer_carries_its_tag(api):
    assert api.get(URL)["ETag"] == Tagged.tag


def test_the_same_facts_have_the_same_tag():
    assert entity_tag("task", 3) == entity_tag("task", 3)


@pytest.mark.parametrize("facts", [("task", 4), ("task3",), ("task", 3, ""), ("3", "task")])
def test_other_facts_have_another_tag(facts):
    assert entity_tag("task", 3) != entity_tag(*facts)


@pytest.mark.parametrize("wrap", ["{}", "W/{}", '"other", {}'])
def test_what_the_caller_has_is_not_sent_again(api, wrap):
    answer = api.get(URL, headers={"If-None-Match": wrap.format(Tagged.tag)})

    assert answer.status_code == 304
    assert answer.content == b""
    assert answer["ETag"] == Tagged.tag


def test_what_the_caller_has_not_is_sent(api):
    answer = api.get(URL, headers={"If-None-Match": '"other"'})

    assert answer.json() == {"id": 1}


@pytest.mark.parametrize("condition", ["*", "{}", '"other", {}'])
def test_a_change_goes_on_when_the_tag_matches(api, condition):
    answer = api.post(URL, {}, format="json", headers={"If-Match": condition.format(Tagged.tag)})

    assert answer.json() == {"changed": True}


def test_a_change_without_a_condition_goes_on(api):
    assert api.post(URL, {}, format="json").status_code == 200


@pytest.mark.parametrize("condition", ['"other"', "W/{}", "garbage", ""])
def test_a_change_is_refused_when_the_tag_does_not_match(api, condition):
    answer = api.post(URL, {}, format="json", headers={"If-Match": condition.format(Tagged.tag)})

    assert answer.status_code == 412
    assert answer.json()["code"] == "precondition_failed"

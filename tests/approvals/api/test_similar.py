"""GET /api/v1/questions/{id}/similar/"""

import pytest

from approvals import services
from tests.approvals.api.conftest import assert_refused
from tests.approvals.test_similar_to import OPTIONS, TEXT, content


@pytest.fixture
def asked(ben):
    return services.create_question(content=content(), actor=ben)


def test_what_nearly_repeats_a_question_is_told_with_its_scores(as_ben, asked, ben):
    other = services.create_question(content=content(TEXT, OPTIONS[::-1]), actor=ben)

    answer = as_ben.read(f"questions/{asked.pk}/similar/").json()

    (found,) = answer["results"]
    assert found.pop("question")["question_id"] == str(other.pk)
    assert found == {"score": 1.0, "text": 1.0, "options": 1.0, "because": "text and options"}
    assert answer["hidden"] == 0


def test_what_is_not_the_callers_to_read_is_counted_only(as_asha, asked, ben, asha):
    services.create_question(content=content(), actor=ben)
    services.request_approval(question_id=asked.pk, assigned_to=asha.email, actor=ben)

    answer = as_asha.read(f"questions/{asked.pk}/similar/").json()

    assert answer == {"results": [], "hidden": 1}


def test_who_may_not_read_the_question_learns_nothing(as_asha, asked):
    assert_refused(as_asha.read(f"questions/{asked.pk}/similar/"), 404, "question_not_found")

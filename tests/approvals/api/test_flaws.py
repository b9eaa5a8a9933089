"""GET /api/v1/questions/{id}/flaws/ and POST /api/v1/questions/check/"""

import pytest

from approvals import services
from approvals.content import QuestionContent
from approvals.models import Question
from outbox.models import Event
from tests.approvals.api.conftest import assert_refused
from tests.approvals.conftest import REVISED

FLAWED = {
    "question_text": "Which of these is not a prime?",
    "options": ["2", "3", "4", "None of these"],
    "correct_answer": "4",
}


@pytest.fixture
def kept(ben):
    return services.create_question(content=QuestionContent.checked(**FLAWED), actor=ben)


def test_the_newest_version_is_looked_at(as_ben, kept):
    answer = as_ben.read(f"questions/{kept.pk}/flaws/").json()

    assert (answer["version"], answer["digest"]) == (1, kept.content.digest)
    assert [flaw["rule"] for flaw in answer["flaws"]] == ["negative-stem", "none-of-the-above"]


def test_a_flaw_has_its_rule_span_and_source(as_ben, kept):
    flaw = as_ben.read(f"questions/{kept.pk}/flaws/").json()["flaws"][1]

    assert flaw.pop("says").startswith("Whoever picks “none of the above” shows")
    assert flaw == {
        "rule": "none-of-the-above",
        "severity": "HINT",
        "part": "options[3]",
        "start": 0,
        "end": 13,
        "quote": "None of these",
        "source": "Haladyna, Downing & Rodriguez 2002, guideline 25",
    }


def test_an_older_version_can_be_asked_for(as_ben, ben, kept):
    services.revise_question(question_id=kept.pk, content=REVISED, actor=ben)

    newest = as_ben.read(f"questions/{kept.pk}/flaws/").json()
    older = as_ben.read(f"questions/{kept.pk}/flaws/", {"version": 1}).json()

    assert (newest["version"], newest["flaws"]) == (2, [])
    assert (older["version"], len(older["flaws"])) == (1, 2)


@pytest.mark.parametrize("version", ["0", "x", "99999999999"])
def test_a_version_is_a_number_from_one(as_ben, kept, version):
    answer = as_ben.read(f"questions/{kept.pk}/flaws/", {"version": version})

    assert answer.status_code == 400


def test_a_version_that_was_never_written_is_not_found(as_ben, kept):
    answer = as_ben.read(f"questions/{kept.pk}/flaws/", {"version": 2})

    assert_refused(answer, 404, "question_not_found")


def test_who_may_not_read_the_question_hears_nothing_of_its_flaws(as_cleo, kept):
    assert_refused(as_cleo.read(f"questions/{kept.pk}/flaws/"), 404, "question_not_found")


def test_reading_the_flaws_is_reading_the_question(as_vera, kept):
    as_vera.read(f"questions/{kept.pk}/flaws/")

    seen = Event.objects.filter(name="approvals.question_seen").get()
    assert (seen.payload["version"], seen.payload["through"]) == (1, "api")


def test_a_question_is_checked_before_it_is_kept(as_ben):
    answer = as_ben.send("questions/check/", FLAWED)

    assert answer.status_code == 200
    assert answer.json()["digest"] == QuestionContent.checked(**FLAWED).digest
    assert len(answer.json()["flaws"]) == 2


def test_checking_keeps_nothing(as_ben):
    as_ben.send("questions/check/", FLAWED)

    assert not Question.objects.exists()
    assert not Event.objects.exists()


def test_what_is_no_question_cannot_be_checked(as_ben):
    answer = as_ben.send("questions/check/", FLAWED | {"correct_answer": "5"})

    assert_refused(answer, 422, "key_not_among_options", "correct_answer")


def test_strangers_check_nothing(as_stranger):
    assert as_stranger.send("questions/check/", FLAWED).status_code == 401

"""Which questions nearly repeat one, and who is told of them."""

import pytest
from django.db import connection

from approvals import services
from approvals.content import QuestionContent
from approvals.selectors import similar_to, similarity

TEXT = "Which planet of our solar system is closest to the sun?"
OPTIONS = ("Venus", "Mercury", "Mars", "Saturn")


def content(text=TEXT, options=OPTIONS, key=None):
    return QuestionContent.checked(
        question_text=text, options=list(options), correct_answer=key or options[0]
    )


@pytest.fixture
def kept(ben):
    def keep(text=TEXT, options=OPTIONS, actor=ben):
        return services.create_question(content=content(text, options), actor=actor)

    return keep


def texts(alike):
    return [each.question.question_text for each in alike.found]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (TEXT, OPTIONS),
        (TEXT.upper(), OPTIONS),
        (TEXT, OPTIONS[::-1]),
        ("Wich plannet of our solar sytem is closest to the sun?", OPTIONS),
        ("Which planet is closest to the sun?", ("Venus", "Mercury", "Mars")),
        ("Closest to the sun is which planet of our solar system?", ("Mercury", "Venus")),
        (TEXT, ("Venus", "Mercury", "Jupiter", "Uranus")),
    ],
)
def test_a_question_that_says_nearly_the_same_is_found(kept, ben, text, options):
    kept(text, options)

    assert texts(similar_to(content(), ben)) == [text]


@pytest.mark.parametrize(
    "text", ["Which of these planets has rings?", "Who wrote “Middlemarch”?", "2 + 2?"]
)
def test_another_question_is_not(kept, ben, text):
    kept(text, ("Eliot", "Austen"))

    assert not similar_to(content(), ben)


def test_other_numbers_do_not_hide_a_repetition(kept, ben):
    asked = "A train leaves at {} and drives {} km at {} km/h. When does it arrive?"
    kept(asked.format("9:15", 120, 80), ("10:45", "10:30"))

    found = similar_to(content(asked.format("8:05", 90, 60), ("9:35", "9:50")), ben).found

    assert len(found) == 1


def test_the_most_similar_comes_first(kept, ben):
    near = "Which planet of our system is nearest to the sun?"
    for text in (near, TEXT):
        kept(text)

    found = similar_to(content(), ben).found

    assert [each.question.question_text for each in found] == [TEXT, near]
    assert found[0].score == 1.0
    assert similarity.NEARLY_THE_SAME < found[1].score < 1.0


@pytest.mark.parametrize(
    ("text", "options", "because"),
    [
        (TEXT, OPTIONS, "text and options"),
        (TEXT, ("a star", "a moon"), "text"),
    ],
)
def test_it_is_told_what_is_alike(kept, ben, text, options, because):
    kept(text, options)

    found = similar_to(content(), ben).found

    assert [each.because for each in found] == [because]


def test_options_alone_can_make_it_alike(kept, ben):
    options = ("The mitochondrion of a cell", "The nucleus of a cell", "The outer membrane")
    kept("What makes energy?", options)

    found = similar_to(content("Where are genes?", options), ben).found

    assert [each.because for each in found] == ["options"]


def test_the_question_itself_is_left_out(kept, ben):
    question = kept()

    assert not similar_to(question.content, ben, but=question.pk)


def test_what_a_question_said_once_does_not_count(kept, ben):
    question = kept()
    services.revise_question(
        question_id=question.pk, content=content("Who wrote “Emma”?", ("x", "y")), actor=ben
    )

    assert not similar_to(content(), ben)


def test_who_may_not_read_a_question_learns_that_there_is_one(kept, asha):
    kept()

    alike = similar_to(content(), asha)

    assert (alike.found, alike.hidden) == ((), 1)


def test_who_may_read_all_is_shown_all(kept, vera):
    kept()

    alike = similar_to(content(), vera)

    assert (len(alike.found), alike.hidden) == (1, 0)


def test_there_are_no_more_than_was_asked_for(kept, ben):
    for number in range(4):
        kept(f"{TEXT} ({number})")

    alike = similar_to(content(), ben, limit=3)

    assert (len(alike.found), alike.hidden) == (3, 0)


@pytest.mark.parametrize("text", ["'", "\\", "a'b\\c | !d:*", "?", "%s", "🙂 … —"])
def test_any_text_can_be_looked_for(kept, ben, text):
    kept(text, ("'\\", "%"))

    assert similar_to(content(text, ("'\\", "%")), ben).hidden == 0


@pytest.mark.django_db
def test_the_index_is_used():
    asked = similarity._SIMILAR.replace("%(words)s", "'''venus'''")
    given = {"said": "", "text": "", "options": "", "but": None, "least": 0.5, "most": 1}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked}", given)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Bitmap Index Scan on questions_alike" in plan


def test_common_words_come_from_the_statistics(kept, ben):
    for number in range(50):
        kept(f"Which planet has {number} moons?", ("this", "that"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE questions")
        cursor.execute("SELECT word, share FROM approvals_common_words() WHERE word = 'planet'")
        common = cursor.fetchall()
    assert common == [("planet", 1.0)]

    kept("Which planet has seven moons and a ring?", ("this", "that"))

    found = similar_to(content("Which planet has seven moons and rings?", ("this", "that")), ben)
    assert found.found[0].question.question_text == "Which planet has seven moons and a ring?"

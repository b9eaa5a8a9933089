import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.content import InvalidContent, QuestionContent
from core.errors import Invalid

CAPITAL = {
    "question_text": "What is the capital of Portugal?",
    "options": ["Lisbon", "Porto", "Madrid"],
    "correct_answer": "Lisbon",
}


def refusal(**changes):
    with pytest.raises(InvalidContent) as caught:
        QuestionContent.checked(**{**CAPITAL, **changes})
    return caught.value.code, caught.value.field, str(caught.value)


def test_good_content_is_kept_as_given():
    content = QuestionContent.checked(**CAPITAL, subject="Geography")

    assert content == QuestionContent(
        "What is the capital of Portugal?", ("Lisbon", "Porto", "Madrid"), "Lisbon", "Geography"
    )


def test_a_refusal_is_invalid_input_to_every_door():
    assert issubclass(InvalidContent, Invalid)


@pytest.mark.parametrize("text", ["", "  \n\t ", "\u200b\ufeff"])
def test_a_question_without_visible_text_is_refused(text):
    assert refusal(question_text=text) == (
        "question_text_empty",
        "question_text",
        "The question has no text.",
    )


def test_a_question_of_20000_characters_is_kept():
    content = QuestionContent.checked(**{**CAPITAL, "question_text": "x" * 20_000})

    assert len(content.question_text) == 20_000


def test_a_question_of_a_megabyte_is_refused():
    assert refusal(question_text="x" * 1_000_000) == (
        "too_long",
        "question_text",
        "This is 1,000,000 characters long; 20,000 are allowed.",
    )


def test_an_option_of_2001_characters_is_refused():
    assert refusal(options=["Lisbon", "x" * 2001])[:2] == ("too_long", "options[1]")


def test_a_subject_of_201_characters_is_refused():
    assert refusal(subject="x" * 201)[:2] == ("too_long", "subject")


def test_text_that_grows_beyond_the_limit_when_composed_is_refused():
    # U+FB2C has no composed form in NFC: it becomes three characters.
    assert refusal(question_text="\ufb2c" * 7_000)[:2] == ("too_long", "question_text")


def test_one_option_is_too_few():
    assert refusal(options=["Lisbon"]) == (
        "options_too_few",
        "options",
        "A question needs at least 2 options.",
    )


def test_26_options_are_allowed():
    options = [f"Option {number}" for number in range(26)]

    content = QuestionContent.checked(
        question_text="Which?", options=options, correct_answer="Option 25"
    )

    assert len(content.options) == 26


def test_27_options_are_too_many():
    assert refusal(options=[str(number) for number in range(27)])[:2] == (
        "options_too_many",
        "options",
    )


def test_an_empty_option_is_named_by_its_letter():
    assert refusal(options=["Lisbon", "Porto", " "]) == (
        "option_empty",
        "options[2]",
        "Option C is empty.",
    )


@pytest.mark.parametrize("twin", ["Lisbon", " Lisbon\n", "Lis\u00adbon", "Lisbon\u200b"])
def test_options_that_read_the_same_are_refused(twin):
    assert refusal(options=["Lisbon", "Porto", twin]) == (
        "options_duplicate",
        "options[2]",
        "Options A and C are the same.",
    )


def test_options_that_differ_in_composition_only_are_the_same():
    assert refusal(options=["Lisbon", "\u00e9", "e\u0301"])[0] == "options_duplicate"


def test_options_that_differ_in_inner_white_space_only_are_the_same():
    assert refusal(options=["Lisbon", "New York", "New\u00a0\tYork"])[0] == "options_duplicate"


def test_options_may_differ_in_case_only():
    content = QuestionContent.checked(
        question_text="Which is a kilogram?", options=["kg", "Kg"], correct_answer="kg"
    )

    assert content.options == ("kg", "Kg")


def test_options_may_differ_in_a_superscript_only():
    content = QuestionContent.checked(
        question_text="Which is an area?", options=["m2", "m²"], correct_answer="m²"
    )

    assert content.correct_answer == "m²"


@pytest.mark.parametrize("options", ["Lisbon", 7, None, {"A": "Lisbon", "B": "Porto"}])
def test_options_that_are_not_a_list_are_refused(options):
    assert refusal(options=options)[:2] == ("options_not_a_list", "options")


def test_an_option_that_is_not_text_is_refused():
    assert refusal(options=["Lisbon", 7])[:2] == ("not_text", "options[1]")


@pytest.mark.parametrize("field", ["question_text", "correct_answer", "subject"])
def test_a_field_that_is_not_text_is_refused(field):
    assert refusal(**{field: None})[:2] == ("not_text", field)


def test_a_key_that_is_no_option_is_refused():
    assert refusal(correct_answer="lisbon") == (
        "key_not_among_options",
        "correct_answer",
        "The correct answer is not one of the options.",
    )


def test_a_missing_key_is_refused():
    assert refusal(correct_answer=" ")[:2] == ("correct_answer_empty", "correct_answer")


def test_the_key_is_kept_as_its_option_spells_it():
    content = QuestionContent.checked(
        question_text="Where?", options=["New\u00a0York", "Boston"], correct_answer="New York "
    )

    assert content.correct_answer == "New\u00a0York"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\x00b", "contains_nul"),
        ("a\ud800b", "contains_surrogate"),
        ("a\x07b", "contains_control"),
        ("a\x93b", "contains_control"),
    ],
)
def test_characters_that_are_no_text_are_refused(text, code):
    assert refusal(question_text=text)[:2] == (code, "question_text")


def test_the_message_says_where_the_character_is():
    assert refusal(question_text="a\x00b")[2] == "Character 2 of this text is a NUL character."


def test_characters_that_are_no_text_are_refused_in_an_option():
    assert refusal(options=["Lisbon", "Por\x00to"])[:2] == ("contains_nul", "options[1]")


def test_line_ends_become_one_kind_and_tabs_stay():
    content = QuestionContent.checked(**{**CAPITAL, "question_text": " a\r\nb\rc\n\td\n"})

    assert content.question_text == "a\nb\nc\n\td"


def test_text_is_kept_composed():
    content = QuestionContent.checked(**{**CAPITAL, "question_text": "Cafe\u0301?"})

    assert content.question_text == "Caf\u00e9?"


def test_a_subject_is_one_line():
    assert QuestionContent.checked(**CAPITAL, subject=" Human\n geography ").subject == (
        "Human geography"
    )


def test_the_digest_is_that_of_the_canonical_json():
    content = QuestionContent.checked(
        question_text='Say "é"\nor\t\\?', options=["1", "2"], correct_answer="2"
    )

    canonical = (
        '{"correct_answer":"2","options":["1","2"],"question_text":"Say \\"é\\"\\nor\\t\\\\?"}'
    )
    assert content.digest == hashlib.sha256(canonical.encode()).hexdigest()


def test_the_order_of_options_is_part_of_the_digest():
    turned = {**CAPITAL, "options": CAPITAL["options"][::-1]}

    assert QuestionContent.checked(**turned).digest != QuestionContent.checked(**CAPITAL).digest


def test_the_key_is_part_of_the_digest():
    other = {**CAPITAL, "correct_answer": "Porto"}

    assert QuestionContent.checked(**other).digest != QuestionContent.checked(**CAPITAL).digest


def test_the_subject_is_no_part_of_the_digest():
    filed = QuestionContent.checked(**CAPITAL, subject="Geography")

    assert filed.digest == QuestionContent.checked(**CAPITAL).digest


def test_the_title_is_one_line_of_at_most_80_characters():
    content = QuestionContent.checked(**{**CAPITAL, "question_text": "one\n two " + "x" * 100})

    assert content.title == "one two " + "x" * 71 + "…"


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@given(text=texts, options=st.lists(texts, min_size=2, max_size=5), index=st.integers(0, 4))
def test_kept_content_is_stable_when_checked_again(text, options, index):
    try:
        once = QuestionContent.checked(
            question_text=text, options=options, correct_answer=options[index % len(options)]
        )
    except InvalidContent:
        return

    again = QuestionContent.checked(
        question_text=once.question_text, options=once.options, correct_answer=once.correct_answer
    )

    assert again == once
    assert again.digest == once.digest


@given(text=texts, options=st.lists(texts, min_size=2, max_size=5), index=st.integers(0, 4))
def test_composed_and_decomposed_text_have_one_digest(text, options, index):
    def digest(form):
        shaped = [unicodedata.normalize(form, option) for option in options]
        try:
            return QuestionContent.checked(
                question_text=unicodedata.normalize(form, text),
                options=shaped,
                correct_answer=shaped[index % len(shaped)],
            ).digest
        except InvalidContent as refused:
            return refused.code

    assert digest("NFD") == digest("NFC")

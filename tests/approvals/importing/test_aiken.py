import pytest

from approvals.importing.rows import ParsedRow

from .parse import LISBON, errors, parsed

QUESTION = "What is the capital of Portugal?\nA. Lisbon\nB. Porto\nANSWER: A\n"


def test_a_question_has_its_text_options_and_key():
    assert parsed(QUESTION) == [LISBON]


@pytest.mark.parametrize("data", [QUESTION.replace(". ", ") "), QUESTION.replace("\n", "\r\n")])
def test_other_ways_to_write_it_are_the_same(data):
    assert parsed(data) == [LISBON]


@pytest.mark.parametrize("answer", ["ANSWER:A", "ANSWER:  a ", "ANSWER: A."])
def test_the_answer_may_be_written_loosely(answer):
    assert parsed(QUESTION.replace("ANSWER: A", answer)) == [LISBON]


def test_questions_need_no_blank_line_between_them():
    assert [row.line for row in parsed(QUESTION + QUESTION)] == [1, 5]


def test_a_question_may_run_over_lines():
    assert parsed("One\n\ntwo?\nA. 1\nB. 2\nANSWER: B") == [
        ParsedRow(1, "One\n\ntwo?", ("1", "2"), "2")
    ]


def test_a_letter_without_option_is_an_error():
    assert errors(QUESTION.replace("ANSWER: A", "ANSWER: C")) == [(1, "key_not_among_options")]


def test_a_question_without_answer_is_an_error_and_the_next_is_read():
    rows = parsed("What?\nA. 1\nB. 2\n\n" + QUESTION)

    assert (rows[0].line, rows[0].code) == (1, "key_missing")
    assert rows[1].options == LISBON.options


def test_a_missing_option_is_an_error_with_the_line_of_the_next():
    assert errors("What?\nA. 1\nC. 3\nANSWER: A\n") == [(3, "option_missing")]


def test_more_options_than_letters_are_an_error():
    options = "".join(f"{chr(65 + index)}. {index}\n" for index in range(26))

    assert errors(f"What?\n{options}A. x\nANSWER: A\n") == [(28, "options_too_many")]


def test_an_answer_without_question_is_an_error():
    assert errors("ANSWER: A\n") == [(1, "key_not_among_options")]


def test_a_file_that_ends_in_the_middle_is_an_error():
    assert errors("What?\nA. 1\n", "x.aiken") == [(1, "key_missing")]


def test_a_question_of_endless_lines_is_one_error():
    assert errors("more\n" * 30_000 + "A. 1\nB. 2\nANSWER: A\n", file_format="aiken") == [
        (1, "too_long")
    ]

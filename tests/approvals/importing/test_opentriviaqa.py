from approvals.importing.rows import ParsedRow

from .parse import LISBON, contents, errors, parsed

QUESTION = """#Q What is the capital of Portugal?
^ Lisbon
A Lisbon
B Porto
"""


def test_a_question_has_its_text_key_and_options():
    row = parsed(QUESTION, "geography")[0]

    assert row.line == 1
    assert contents(QUESTION)[0].options == LISBON.options
    assert contents(QUESTION)[0].correct_answer == "Lisbon"


def test_the_line_is_where_the_question_starts():
    assert [row.line for row in parsed(f"\n{QUESTION}\n\n{QUESTION}")] == [2, 8]


def test_mixed_line_ends_are_read():
    data = "#Q One:\r\n\r\ntwo\n^ 1\rA 1\r\nB 2\n"

    assert contents(data)[0].question_text == "One:\n\ntwo"


def test_lines_before_the_key_belong_to_the_question_even_when_they_look_like_options():
    data = "#Q On an island:\nA visitor came.\nI am wet.\n\nWho?\n^ Yes\nA No\nB Yes\n"

    assert contents(data)[0].question_text == "On an island:\nA visitor came.\nI am wet.\n\nWho?"
    assert contents(data)[0].options == ("No", "Yes")


def test_a_line_that_is_no_next_option_belongs_to_the_one_before():
    data = "#Q What?\n^ one\ntwo\nA one\ntwo\nB three\nA four\n"

    assert contents(data)[0].options == ("one\ntwo", "three\nA four")
    assert contents(data)[0].correct_answer == "one\ntwo"


def test_a_missing_option_is_an_error():
    assert errors("#Q What?\n^ 1\nA 1\nC 3\n") == [(1, "option_missing")]


def test_an_option_without_text_is_an_error():
    assert errors("#Q What?\n^ 1\nA 1\nB\nC 3\n") == [(1, "option_empty")]


def test_a_question_without_options_is_an_error():
    assert errors("#Q What?\n^ 1\n") == [(1, "options_too_few")]


def test_a_question_without_a_key_is_an_error():
    assert errors("#Q What?\nA 1\nB 2\n") == [(1, "key_missing")]


def test_a_key_that_is_no_option_is_an_error():
    assert errors("#Q What?\n^ 3\nA 1\nB 2\n") == [(1, "key_not_among_options")]


def test_more_options_than_letters_are_an_error():
    options = "".join(f"{chr(65 + index)} {index}\n" for index in range(26))

    assert errors(f"#Q What?\n^ 0\n{options}[ 26\n") == []
    assert errors(f"#Q What?\n^ 0\n{options}Z 26\n") == []


def test_text_before_the_first_question_is_an_error_with_its_line():
    assert errors(f"\nHello\n{QUESTION}") == [(2, "not_understood")]


def test_an_error_leaves_the_questions_around_it():
    rows = parsed(f"{QUESTION}#Q What?\n{QUESTION}")

    assert [type(row) is ParsedRow for row in rows] == [True, False, True]


def test_a_question_of_endless_lines_is_one_error():
    assert errors("#Q What?\n" + "more\n" * 30_000) == [(1, "too_long")]


def test_the_file_name_is_the_subject():
    assert contents(QUESTION, "science-technology.txt")[0].subject == "Science technology"


def test_a_given_subject_takes_the_place_of_the_file_name():
    assert contents(QUESTION, "x.txt", subject="Geography")[0].subject == "Geography"

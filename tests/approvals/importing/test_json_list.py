import json

import pytest

from approvals.importing.parsing import QuestionFile
from approvals.importing.rows import ParsedRow

from .parse import LISBON, as_bytes, contents, errors, parsed, refusal

QUESTION = {
    "question_text": "What is the capital of Portugal?",
    "options": ["Lisbon", "Porto"],
    "correct_answer": "Lisbon",
}


def listed(*entries):
    return json.dumps(entries)


def test_a_question_is_in_the_shape_the_api_takes():
    assert parsed(listed(QUESTION)) == [LISBON]


def test_the_subject_is_taken():
    assert contents(listed({**QUESTION, "subject": "Geography"}))[0].subject == "Geography"


def test_other_fields_are_left_alone():
    assert parsed(listed({**QUESTION, "id": 7, "tags": ["x"]})) == [LISBON]


def test_shorter_names_are_understood():
    short = {"question": "What?", "options": ["1", "2"], "answer": "2"}

    assert parsed(listed(short)) == [ParsedRow(1, "What?", ("1", "2"), "2")]


def test_the_line_is_where_the_object_starts():
    entry = json.dumps(QUESTION, indent=1)

    assert [row.line for row in parsed(f"[\n{entry},\n\n{entry}\n]\n")] == [2, 11]


def test_an_empty_list_has_no_rows():
    assert parsed(" [ ] ", "x.json") == []


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (7, "not_an_object"),
        (None, "not_an_object"),
        ([], "not_an_object"),
        ({}, "options_not_a_list"),
        ({**QUESTION, "options": {"a": "1"}}, "options_not_a_list"),
        ({**QUESTION, "options": ["Lisbon", 7]}, "not_text"),
        ({**QUESTION, "question_text": 7}, "not_text"),
        ({**QUESTION, "correct_answer": ["Lisbon"]}, "not_text"),
        ({**QUESTION, "correct_answer": None}, "correct_answer_empty"),
        ({**QUESTION, "question_text": "a\x00b"}, "contains_nul"),
        ({**QUESTION, "question_text": "a\ud800b"}, "contains_surrogate"),
        ({**QUESTION, "question_text": "x" * 1_000_000}, "too_long"),
        ({**QUESTION, "correct_answer": "Madrid"}, "key_not_among_options"),
    ],
)
def test_a_wrong_entry_is_an_error_of_its_row(entry, code):
    assert errors(listed(QUESTION, entry, QUESTION)) == [(1, code)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ('[\n{"a": 1}\n{"a": 1}]', "Line 3 is not valid JSON: a comma or ] is missing."),
        ('[\n{"a": }]', "Line 2 is not valid JSON: Expecting value."),
        ("[1] x", "Line 1 is not valid JSON: there is more after the list."),
        ("[1,\n\n2", "Line 3 is not valid JSON: a comma or ] is missing."),
        ("[" * 100_000, "Line 1 is not valid JSON: nested too deeply."),
        (f"[{'9' * 5000}]", "Line 1 is not valid JSON: a number is too long."),
        ('{"question_text": "x"}', "The file is not a JSON list of questions."),
    ],
)
def test_what_is_not_json_is_refused_with_its_line(data, reason):
    assert refusal(data, file_format="json") == ("not_json", reason)


def test_an_error_shows_how_the_question_begins():
    entry = {**QUESTION, "question_text": "What\x00 \n is \ud800?", "options": []}

    row = next(QuestionFile(as_bytes(listed(entry)), "x.json").checked())

    assert row.excerpt == "What\ufffd is \ufffd?"

import pytest

from approvals.importing.parsing import QuestionFile
from approvals.importing.rows import Format

from .parse import refusal

OPENTRIVIAQA = b"\n#Q What?\n^ 1\nA 1\nB 2\n"
CSV = b"question,answer,a,b\nWhat?,1,1,2\n"
JSON = b' [\n {"question_text": "What?", "options": ["1", "2"], "correct_answer": "1"}]'
AIKEN = b"What?\nA. 1\nB. 2\nANSWER: A\n"
GIFT = b"What? {=1 ~2}\n"
MOODLE_XML = b'<?xml version="1.0"?>\n<quiz></quiz>'
SAMPLES = [
    (Format.OPENTRIVIAQA, OPENTRIVIAQA),
    (Format.CSV, CSV),
    (Format.JSON, JSON),
    (Format.AIKEN, AIKEN),
    (Format.GIFT, GIFT),
    (Format.MOODLE_XML, MOODLE_XML),
]


@pytest.mark.parametrize(("expected", "data"), SAMPLES)
def test_the_content_tells_the_format(expected, data):
    assert QuestionFile(data, "questions.txt").format == expected


@pytest.mark.parametrize(("expected", "data"), SAMPLES)
@pytest.mark.parametrize("wrong", ["x.csv", "x.json", "x.xml", "x.gift", "x.pdf", ""])
def test_a_wrong_extension_does_not_mislead(expected, data, wrong):
    assert QuestionFile(data, wrong).format == expected


@pytest.mark.parametrize(("expected", "data"), SAMPLES)
def test_windows_line_ends_do_not_mislead(expected, data):
    assert QuestionFile(data.replace(b"\n", b"\r\n"), "x").format == expected


@pytest.mark.parametrize(("expected", "data"), SAMPLES)
def test_utf_16_does_not_mislead(expected, data):
    assert QuestionFile(data.decode().encode("utf-16"), "x").format == expected


def test_a_gift_question_in_html_is_not_taken_for_json():
    assert QuestionFile(b"[html]<p>What?</p> {=1 ~2}", "x").format == Format.GIFT


def test_the_name_settles_what_the_content_leaves_open():
    assert QuestionFile(b"What?\nA. 1\nB. 2\n", "questions.aiken").format == Format.AIKEN


def test_a_file_that_nothing_tells_of_is_refused():
    assert refusal("Dear Ben,\nhere are no questions.\n", "letter.txt") == (
        "unknown_format",
        "Nothing in the file shows which format it is in. Choose one.",
    )


def test_a_chosen_format_is_final():
    assert refusal(JSON, "questions.json", file_format="csv")[0] == "columns_not_found"

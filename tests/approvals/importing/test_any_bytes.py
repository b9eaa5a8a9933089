"""Whatever bytes come: rows and reasons, or one clear refusal. Never another exception."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from approvals.importing.parsing import GoodRow, QuestionFile
from approvals.importing.rows import Format, RowError, UnreadableFile

SCRAPS = [
    *("\n", "\r\n", "\r", "\n\n", " ", "\t", ",", ";", '"', "''", "\\", "|"),
    *("#Q ", "^ ", "A ", "B ", "A. ", "B) ", "ANSWER: A", "ANSWER: Z"),
    *("{", "}", "=", "~", "#", "####", "->", "%100%", "%-50%", "::", "$CATEGORY: a/b", "//", "T"),
    *("[", "]", "null", "1e999", "NaN", '{"question_text": "x", "options": ["1", "2"]}', "[html]"),
    *("<quiz>", "</quiz>", '<question type="multichoice">', "</question>", "<questiontext>"),
    *("<text>", "</text>", '<answer fraction="100">', "</answer>", "<![CDATA[", "]]>", "<!--"),
    *("<![x", "<!DOCTYPE x>", "<?xml?>", "&amp;", "&#0;", "<single>", "<img>", "<p>", "<sup>"),
    "<quiz><question type='truefalse'><answer fraction='100'><text>",
    "</text></answer></question>",
    *("question,answer,a,b\n", "question;answer;options\n", "yes", "no", "é", "𝛼", "\ufeff"),
]
scraps = st.lists(st.sampled_from(SCRAPS), max_size=30).map("".join).map(str.encode)
broken = st.tuples(scraps, st.binary(max_size=6), scraps).map(b"".join)
files = st.one_of(st.binary(max_size=200), scraps, broken, scraps.map(b"\xff\xfe".__add__))


def outcome(data, file_format=""):
    try:
        return list(QuestionFile(data, "questions.txt", file_format=file_format).checked())
    except UnreadableFile as refused:
        return refused


def refused_or_rows(result):
    if isinstance(result, UnreadableFile):
        return bool(result.code) and str(result).endswith(".")
    return all(isinstance(row, GoodRow | RowError) and row.line >= 1 for row in result)


@settings(max_examples=400, deadline=None)
@given(data=files)
@example(data=b"<quiz>" + b"<a>" * 100)
@example(data=b"[" * 100_000)
@example(data=b"[" + b"9" * 5000 + b"]")
@example(data=b"\xff\xfe\x00\xd8")
def test_any_bytes_are_rows_or_a_refusal(data):
    assert refused_or_rows(outcome(data))


@settings(max_examples=100, deadline=None)
@given(data=files)
@pytest.mark.parametrize("file_format", Format.values)
def test_any_bytes_are_rows_or_a_refusal_in_every_format(file_format, data):
    assert refused_or_rows(outcome(data, file_format))


@settings(deadline=None)
@given(scrap=st.sampled_from(SCRAPS))
@pytest.mark.parametrize("file_format", Format.values)
def test_a_long_run_of_anything_is_read_in_time(file_format, scrap):
    starts = {
        Format.MOODLE_XML: '<quiz><question type="truefalse"><questiontext><text><![CDATA[',
        Format.CSV: "question,answer,a,b\n",
        Format.JSON: '["',
    }

    assert refused_or_rows(
        outcome((starts.get(file_format, "x") + scrap * 20_000).encode(), file_format)
    )

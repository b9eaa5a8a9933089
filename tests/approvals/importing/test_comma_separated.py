import csv
import io

import pytest

from approvals.importing.parsing import GoodRow, QuestionFile
from approvals.importing.rows import ParsedRow, RowError

from .parse import LISBON, contents, errors, parsed, refusal

TEXT = "What is the capital of Portugal?"


def written(*rows, **dialect):
    out = io.StringIO()
    csv.writer(out, **dialect).writerows(rows)
    return out.getvalue()


def asked(*cells, header=("question_text", "option_a", "option_b", "correct_answer")):
    return parsed(written(header, cells))[0]


def test_a_question_has_its_text_options_and_key():
    assert asked(TEXT, "Lisbon", "Porto", "Lisbon") == ParsedRow(2, TEXT, LISBON.options, "Lisbon")


@pytest.mark.parametrize(
    "header",
    [
        ("question", "a", "b", "answer"),
        ("Question", "A", "B", "Answer"),
        (" Question Text ", "Option A", "Option B", "Correct answer"),
        ("stem", "option-a", "option-b", "key"),
        ("text", "Option 1", "Option 2", "correct"),
        ("question", "choice1", "choice2", "correct_option"),
        ("question", "answer_1", "answer_2", "correct"),
    ],
)
def test_columns_are_told_by_many_names(header):
    assert asked(TEXT, "Lisbon", "Porto", "Lisbon", header=header).options == LISBON.options


def test_columns_may_stand_in_any_order_among_others():
    header = ("id", "answer", "b", "a", "n", "question")

    row = asked("7", "Lisbon", "Porto", "Lisbon", "x", TEXT, header=header)

    assert row == ParsedRow(2, TEXT, LISBON.options, "Lisbon")


def test_ten_numbered_options_stand_in_order():
    header = ("question", "answer", *(f"option{number}" for number in range(10, 0, -1)))

    row = asked(TEXT, "3", *(f"is {number}" for number in range(10, 0, -1)), header=header)

    assert row.options == tuple(f"is {number}" for number in range(1, 11))
    assert row.correct_answer == "is 3"


@pytest.mark.parametrize("answer", ["B", "b", "B.", "b)", " B "])
def test_the_answer_may_be_the_letter_of_its_column(answer):
    assert asked(TEXT, "Porto", "Lisbon", answer).correct_answer == "Lisbon"


def test_text_goes_before_letter():
    assert asked("Which letter is a vowel?", "B", "A", "A").correct_answer == "A"


def test_a_letter_without_option_is_an_error():
    data = written(("question", "a", "b", "answer"), (TEXT, "Lisbon", "Porto", "E"))

    assert errors(data) == [(2, "key_not_among_options")]


def test_options_may_be_a_json_list():
    row = asked(TEXT, '["Lisbon", "Porto"]', "B", header=("question", "options", "answer"))

    assert row == ParsedRow(2, TEXT, ("Lisbon", "Porto"), "Porto")


@pytest.mark.parametrize("cell", ["Lisbon|Porto", '{"a": 1}', "[1, 2]", "[" * 100_000, ""])
def test_options_that_are_no_json_list_are_an_error(cell):
    data = written(("question", "options", "answer"), (TEXT, cell, "B"))

    assert errors(data) == [(2, "options_not_a_list")]


def test_the_subject_is_taken_and_the_default_fills_the_gaps():
    data = written(
        ("question", "a", "b", "answer", "category"),
        (TEXT, "Lisbon", "Porto", "A", "Capitals"),
        (TEXT, "Lisbon", "Porto", "A", " "),
    )

    assert [row.subject for row in contents(data, subject="Geography")] == ["Capitals", "Geography"]


def test_empty_options_at_the_end_are_none():
    header = ("question", "a", "b", "c", "d", "answer")

    assert asked(TEXT, "Lisbon", "Porto", "", "", "a", header=header).options == LISBON.options


def test_an_empty_option_between_others_is_an_error():
    data = written(("question", "a", "b", "c", "answer"), (TEXT, "Lisbon", "", "Porto", "a"))

    assert errors(data) == [(2, "option_empty")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_header(delimiter):
    data = written(
        ("question", "a", "b", "answer"),
        ("One, two; three | four?", "1", "2", "A"),
        delimiter=delimiter,
    )

    assert parsed(data)[0].question_text == "One, two; three | four?"


def test_the_separator_line_of_spreadsheets_is_skipped():
    rows = parsed("sep=;\r\nquestion;a;b;answer\r\nWhat?;1;2;A\r\n")

    assert rows == [ParsedRow(3, "What?", ("1", "2"), "1")]


def test_a_byte_order_mark_does_not_hide_the_first_column():
    data = "\ufeff" + written(("question", "a", "b", "answer"), (TEXT, "Lisbon", "Porto", "A"))

    assert parsed(data)[0].question_text == TEXT


def test_a_cell_that_looks_like_a_formula_is_text():
    row = asked("=HYPERLINK(A1)", "+1", "@SUM(1)", "+1")

    assert row == ParsedRow(2, "=HYPERLINK(A1)", ("+1", "@SUM(1)"), "+1")


def test_a_row_counts_from_its_first_line():
    data = written(
        ("question", "a", "b", "answer"),
        ("One\ntwo\r\nthree", "1", "2", "A"),
        (),
        ("Four", "1", "2", "A"),
    )

    assert [(row.line, row.question_text) for row in parsed(data)] == [
        (2, "One\ntwo\r\nthree"),
        (6, "Four"),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("What?,1,2", "The row has 3 cells, the header 4."),
        ("What, then?,1,2,A", "The row has 5 cells, the header 4."),
    ],
)
def test_a_ragged_row_is_an_error_and_the_next_is_read(row, reason):
    rows = parsed(f"question,a,b,answer\n{row}\nWhat?,1,2,A\n")

    assert rows == [
        RowError(2, "ragged_row", reason),
        ParsedRow(3, "What?", ("1", "2"), "1"),
    ]


def test_empty_cells_beyond_the_header_do_no_harm():
    assert parsed("question,a,b,answer\nWhat?,1,2,A,,\n")[0].correct_answer == "1"


def test_a_quote_that_is_not_doubled_is_an_error_and_the_next_row_is_read():
    rows = parsed('question,a,b,answer\n"Say "hi" now",1,2,A\nWhat?,1,2,A\n')

    assert rows[0] == RowError(
        2, "not_csv", "A quote inside a quoted cell of this row is not doubled."
    )
    assert rows[1].question_text == "What?"


def test_a_quote_that_is_never_closed_is_an_error_where_it_begins():
    rows = parsed('question,a,b,answer\nWhat?,1,2,A\n"What?,1,2,A\nWhat?,1,2,A\n')

    assert rows[1:] == [
        RowError(3, "not_csv", "A quoted cell that begins in this row is never closed.")
    ]


def test_a_cell_of_a_megabyte_is_an_error_of_its_row():
    data = written(
        ("question", "a", "b", "answer"), ("x" * 1_000_000, "1", "2", "A"), ("What?", "1", "2", "A")
    )

    rows = list(QuestionFile(data.encode(), "x.csv").checked())

    assert rows[0] == RowError(
        2,
        "too_long",
        "question_text: This is 1,000,000 characters long; 20,000 are allowed.",
        "x" * 200,
    )
    assert isinstance(rows[1], GoodRow)


@pytest.mark.parametrize(
    "header", ["question,a,answer", "question,a,b", "a,b,answer", "question,n,x,answer", "1,2,3,4"]
)
def test_a_table_without_the_needed_columns_is_refused(header):
    assert refusal(f"{header}\nx,y,z,w\n", "x.csv")[0] == "columns_not_found"

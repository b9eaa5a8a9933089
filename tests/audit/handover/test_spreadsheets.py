"""No cell of a CSV that we hand out is taken for a formula."""

import csv
import io

import pytest

from audit.reading import spreadsheets


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        '"=1"',
        "'=1",
        "\u00a0=1",
        "\ufeff=1",
        "＝1",
        "|cmd",
        "%0a",
    ],
    ids=[str(n) for n in range(15)],
)
def test_what_looks_like_a_formula_gets_an_apostrophe(text):
    assert spreadsheets.harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ben", "1", "a=1", "2026-11-21", "1-2", "(=1)"])
def test_what_does_not_is_left_alone(text):
    assert spreadsheets.harmless(text) == text


def test_lines_read_back_as_they_were():
    rows = [["1", 'He said "no",\nand left', "=1"], ["2", "ü€", "x"]]

    read = list(csv.reader(io.StringIO(spreadsheets.lines(rows).decode(), newline="")))

    assert read == [["1", 'He said "no",\nand left', "'=1"], ["2", "ü€", "x"]]


def test_a_nul_is_left_out():
    assert spreadsheets.harmless("\0=1") == "'=1"

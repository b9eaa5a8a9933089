import io
import tracemalloc
import zipfile

import pytest

from approvals.importing.reading import LARGEST_FILE, Source
from approvals.importing.rows import UnreadableFile

from .parse import refusal

HEADER = b"question,answer,a,b\n"


def read(data):
    source = Source(data)
    return source, list(source.lines())


def test_utf_8_needs_no_note():
    source, lines = read("één\ntwee\n".encode())

    assert lines == ["één\n", "twee\n"]
    assert source.note() == ""


def test_a_byte_order_mark_is_not_part_of_the_text():
    assert read("\ufeffone\n".encode())[1] == ["one\n"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_told_by_its_byte_order_mark(encoding):
    mark = "" if encoding == "utf-16" else "\ufeff"

    assert read(f"{mark}één\r\ntwee".encode(encoding))[1] == ["één\r\n", "twee"]


def test_broken_utf_16_is_refused():
    with pytest.raises(UnreadableFile, match="not valid UTF-16"):
        read(b"\xff\xfe\x00\xd8")


def test_utf_16_without_a_mark_is_refused_with_advice():
    code, message = refusal("question".encode("utf-16-le"))

    assert code == "contains_nul"
    assert message == "Byte 2 of the file is NUL, so it is not text. If it is, save it as UTF-8."


def test_utf_32_is_refused():
    assert refusal("question".encode("utf-32"))[0] == "contains_nul"


def test_every_kind_of_line_end_ends_a_line():
    assert read(b"a\nb\r\nc\rd")[1] == ["a\n", "b\r\n", "c\r", "d"]


def test_a_line_of_windows_text_among_utf_8_is_read_as_such():
    source, lines = read("één\n".encode() + b"\x93quoted\x94\n")

    assert lines == ["één\n", "“quoted”\n"]
    assert source.note() == "1 line not in UTF-8, read as Windows-1252."


def test_latin_1_text_is_read():
    assert read("Où est-ce?\nÀ gauche.\n".encode("latin-1"))[1] == ["Où est-ce?\n", "À gauche.\n"]


def test_damaged_utf_8_loses_only_what_is_damaged():
    source, lines = read(b"\xcf\x86\xcf?\xcf\x83\xce\xb9\xcf\x82")

    assert lines == ["φ\ufffd?σις"]
    assert source.note() == "1 unreadable character replaced by \ufffd."


def test_bytes_that_windows_text_does_not_know_are_counted():
    source, lines = read(b"a\x81\x8db\n")

    assert lines == ["a\ufffd\ufffdb\n"]
    assert source.note() == (
        "1 line not in UTF-8, read as Windows-1252. 2 unreadable characters replaced by \ufffd."
    )


def test_a_replacement_character_of_the_file_itself_is_not_counted():
    source, _ = read("één \ufffd".encode() + b"\xff")

    assert source.replaced_characters == 1


def test_reading_twice_counts_once():
    source, _ = read(b"\x93\n")
    list(source.lines())

    assert source.windows_lines == 1


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n"])
def test_an_empty_file_is_refused(data):
    assert refusal(data) == ("empty_file", "The file is empty.")


def test_a_nul_byte_is_refused_by_its_place():
    code, message = refusal(HEADER + b"x\x00y,1,1,2\n")

    assert code == "contains_nul"
    assert message.startswith("Byte 22 of the file is NUL")


def test_a_file_of_over_20_mb_is_refused():
    assert refusal(b"x" * (LARGEST_FILE + 1)) == (
        "file_too_large",
        "The file is larger than 20 MB.",
    )


def test_a_spreadsheet_is_refused_with_advice():
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")

    assert refusal(workbook.getvalue(), "questions.csv") == (
        "not_text",
        "This is a spreadsheet or ZIP file. Save the table as CSV first.",
    )


@pytest.mark.parametrize("start", [b"%PDF-1.7", b"\x1f\x8b\x08", b"\xd0\xcf\x11\xe0\xa1"])
def test_other_kinds_of_file_are_refused_by_name(start):
    assert refusal(start + b"rest")[0] == "not_text"


@pytest.mark.parametrize(
    "unit",
    ["é".encode() + b"\xff", b"\xffab", b"\xff\xe2\x82"],
    ids=["mixed", "windows", "damaged"],
)
def test_one_endless_line_takes_a_few_times_its_size_in_memory(unit):
    line = unit * (2_000_000 // len(unit))
    source = Source(line)

    tracemalloc.start()
    for _ in source.lines():
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 6 * len(line)

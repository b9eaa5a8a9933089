"""A file is uploaded: who may, what is kept of it, and what is refused at once."""

import pytest

from approvals import services
from approvals.exceptions import InvalidSubject, NotARequester, UnknownFormat
from approvals.importing.rows import UnreadableFile
from approvals.models import ImportRow, QuestionImport
from tests.approvals.imports import CAPITAL, HEADER, events, upload


def test_an_uploaded_file_waits_to_be_checked(ben):
    kept = upload(ben)

    assert kept.status == "UPLOADED"
    assert (kept.format, kept.size, kept.lines) == ("csv", len(HEADER + CAPITAL), 3)
    assert not ImportRow.objects.exists()


def test_an_upload_is_an_event(ben):
    kept = upload(ben)

    assert events("import_uploaded") == [
        {"import_id": str(kept.pk), "file_name": "questions.csv", "format": "csv"}
    ]


@pytest.mark.parametrize("person", ["asha", "cleo", "vera"])
def test_who_may_not_submit_questions_may_not_import(person, request):
    with pytest.raises(NotARequester):
        upload(request.getfixturevalue(person))

    assert not QuestionImport.objects.exists()


def test_administrators_may_import(admin_person):
    assert upload(admin_person).uploaded_by == admin_person


@pytest.mark.parametrize("text", ["", "PK\x03\x04", "a\x00b", "Dear Ben,"])
def test_an_unreadable_file_is_refused_at_once(ben, text):
    with pytest.raises(UnreadableFile):
        upload(ben, text, "questions.txt")

    assert not QuestionImport.objects.exists()


def test_an_unknown_format_is_refused(ben):
    with pytest.raises(UnknownFormat):
        upload(ben, file_format="docx")


@pytest.mark.parametrize("subject", ["x" * 201, "a\x00b", "a\x07b"])
def test_an_impossible_subject_is_refused(ben, subject):
    with pytest.raises(InvalidSubject):
        upload(ben, subject=subject)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\fakepath\\maths.csv", "maths.csv"),
        ("../../etc/maths.csv", "maths.csv"),
        ("a\x00b\n.csv", "ab.csv"),
        ("x" * 300 + ".csv", "x" * 251 + ".csv"),
        ("", "questions"),
    ],
)
def test_of_the_file_name_only_the_name_is_kept(ben, given, kept):
    assert upload(ben, name=given).file_name == kept


def test_a_double_click_uploads_once(ben):
    first, second = upload(ben), upload(ben)

    assert first.pk == second.pk
    assert len(events("import_uploaded")) == 1


def test_the_same_file_may_come_again_once_the_first_is_over(ben):
    first = upload(ben)
    services.discard_import(import_id=first.pk, actor=ben)

    assert upload(ben).pk != first.pk


def test_the_same_file_of_somebody_else_is_another_import(ben, admin_person):
    assert upload(ben).pk != upload(admin_person).pk

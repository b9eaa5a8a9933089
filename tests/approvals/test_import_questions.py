"""A file from its upload to questions: what the services promise."""

import pytest

from approvals import services
from approvals.exceptions import (
    ImportNotFound,
    ImportNotReady,
    InvalidSubject,
    NotARequester,
    NothingToImport,
    UnknownFormat,
)
from approvals.importing.rows import UnreadableFile
from approvals.models import ImportRow, Question, QuestionImport, QuestionVersion
from outbox.models import Event
from tests.approvals.conftest import CONTENT

HEADER = "question,a,b,answer,subject\n"
CAPITAL = "What is the capital of Portugal?,Lisbon,Porto,A,Geography\n"
SUM = "What is 1 + 1?,2,3,A,Maths\n"
WRONG = "Who?,Ben,Ben,A,\n"


def upload(actor, text=HEADER + CAPITAL, name="questions.csv", **given):
    return services.upload_questions(file_name=name, data=text.encode(), actor=actor, **given)


def check(kept):
    services.check_import(import_id=kept.pk)
    kept.refresh_from_db()
    return kept


def confirm(kept, actor, **given):
    return services.confirm_import(import_id=kept.pk, actor=actor, **given)


def take_in(kept, actor):
    confirm(kept, actor)
    return services.import_checked_rows(import_id=kept.pk, actor=actor.as_actor())


def rows_of(kept):
    rows = kept.rows.order_by("id")
    return [(row.line, row.status, row.code, row.reason) for row in rows]


def events(name):
    return [event.payload for event in Event.objects.filter(name=f"approvals.{name}")]


# Upload


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


# Check


def test_checking_sorts_the_rows(ben):
    kept = check(upload(ben, HEADER + CAPITAL + WRONG + SUM + CAPITAL))

    assert rows_of(kept) == [
        (2, "GOOD", "", ""),
        (3, "ERROR", "options_duplicate", "Options A and B are the same."),
        (4, "GOOD", "", ""),
        (5, "DUPLICATE", "duplicate", "Line 2 has the same question."),
    ]


def test_a_checked_file_is_counted_and_ready(ben):
    kept = check(upload(ben, HEADER + CAPITAL + WRONG + SUM + CAPITAL))

    assert kept.status == "READY"
    assert (kept.good, kept.duplicates, kept.errors, kept.percent) == (2, 1, 1, 100)


def test_a_checked_file_is_not_kept(ben):
    assert check(upload(ben)).data is None


def test_a_good_row_has_the_whole_question(ben):
    row = check(upload(ben)).rows.get()

    assert row.question_text == "What is the capital of Portugal?"
    assert (row.options, row.correct_answer, row.subject) == (
        ["Lisbon", "Porto"],
        "Lisbon",
        "Geography",
    )


def test_checking_makes_no_question(ben):
    check(upload(ben))

    assert not Question.objects.exists()


def test_a_question_that_exists_is_a_duplicate(ben, admin_person):
    services.create_question(content=CONTENT, actor=admin_person)

    kept = check(upload(ben, HEADER.replace("b,", "b,c,") + "What is 2 + 2?,3,4,5,B,Sums\n"))

    assert rows_of(kept) == [(2, "DUPLICATE", "duplicate", "This question exists already.")]


def test_duplicates_are_found_across_pieces(ben, monkeypatch):
    monkeypatch.setattr("approvals.services.checking.AT_ONCE", 1)

    kept = check(upload(ben, HEADER + CAPITAL + SUM + CAPITAL))

    assert rows_of(kept)[2] == (4, "DUPLICATE", "duplicate", "Line 2 has the same question.")


def test_the_encoding_is_noted(ben):
    kept = services.upload_questions(
        file_name="q.csv", data=(HEADER + "Où?,1,2,A,\n").encode("latin-1"), actor=ben
    )

    assert check(kept).note == "1 line not in UTF-8, read as Windows-1252."


def test_the_given_subject_is_for_rows_without(ben):
    kept = check(upload(ben, HEADER + CAPITAL + "Who?,Ben,Ada,A,\n", subject="People"))

    assert [row.subject for row in kept.rows.order_by("id")] == ["Geography", "People"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<quiz><question type="essay"></question><quiz>', "not_xml"),
        ('<!DOCTYPE quiz [<!ENTITY x "y">]><quiz>&x;</quiz>', "xml_not_allowed"),
        ('[{"question_text": "x"}, ', "not_json"),
        (HEADER, "no_questions"),
    ],
)
def test_a_file_that_turns_out_unreadable_is_refused_whole(ben, text, code):
    kept = check(upload(ben, text))

    assert (kept.status, kept.code, kept.data) == ("FAILED", code, None)
    assert kept.reason.endswith(".")
    assert (kept.rows.count(), kept.rows_found) == (0, 0)


def test_too_many_rows_are_refused(ben, monkeypatch):
    monkeypatch.setattr("approvals.services.checking.MOST_ROWS", 1)

    kept = check(upload(ben, HEADER + CAPITAL + SUM))

    assert (kept.status, kept.code) == ("FAILED", "too_many_rows")


def test_checking_twice_changes_nothing(ben):
    kept = check(upload(ben))
    check(kept)

    assert (kept.good, kept.rows.count(), kept.attempt) == (1, 1, 1)


def test_checking_what_is_gone_does_nothing(ben):
    kept = upload(ben)
    services.discard_import(import_id=kept.pk, actor=ben)

    assert check(kept).status == "DISCARDED"


class Killed(BaseException):
    """Ends a check the way a kill does: nothing may catch it."""


def checked_until(kept, end):
    """Check in pieces of one row; `end` is called after each."""
    services.check_import(import_id=kept.pk, progress=end)


def test_progress_is_committed_as_it_goes(ben, monkeypatch):
    monkeypatch.setattr("approvals.services.checking.AT_ONCE", 1)
    kept = upload(ben, HEADER + CAPITAL + SUM + WRONG)
    seen = []

    def look(_):
        now = QuestionImport.objects.get(pk=kept.pk)
        seen.append((now.status, now.rows_found, now.percent))

    checked_until(kept, look)

    assert seen == [("CHECKING", 1, 40), ("CHECKING", 2, 60), ("CHECKING", 3, 80)]


def test_a_check_that_was_killed_starts_over_cleanly(ben, monkeypatch):
    monkeypatch.setattr("approvals.services.checking.AT_ONCE", 1)
    kept = upload(ben, HEADER + CAPITAL + SUM)

    def kill(_):
        raise Killed

    with pytest.raises(Killed):
        checked_until(kept, kill)
    assert kept.rows.count() == 1

    check(kept)
    assert (kept.status, kept.good, kept.rows.count(), kept.attempt) == ("READY", 2, 2, 2)


def test_of_two_workers_the_earlier_one_stops(ben, monkeypatch):
    monkeypatch.setattr("approvals.services.checking.AT_ONCE", 1)
    kept = upload(ben, HEADER + CAPITAL + SUM)

    def another(now):
        if now.attempt == 1:
            services.check_import(import_id=kept.pk)

    checked_until(kept, another)

    kept.refresh_from_db()
    assert (kept.status, kept.good, kept.rows.count()) == ("READY", 2, 2)


def test_discarding_stops_a_check_under_way(ben, monkeypatch):
    monkeypatch.setattr("approvals.services.checking.AT_ONCE", 1)
    kept = upload(ben, HEADER + CAPITAL + SUM)

    checked_until(kept, lambda now: services.discard_import(import_id=now.pk, actor=ben))

    kept.refresh_from_db()
    assert (kept.status, kept.rows.count()) == ("DISCARDED", 0)


# Confirm and take in


def test_the_good_rows_become_questions(ben):
    kept = take_in(check(upload(ben, HEADER + CAPITAL + WRONG + SUM)), ben)

    assert (kept.status, kept.imported) == ("DONE", 2)
    questions = Question.objects.order_by("-created_at")
    assert [(each.question_text, each.subject) for each in questions] == [
        ("What is the capital of Portugal?", "Geography"),
        ("What is 1 + 1?", "Maths"),
    ]
    assert {each.created_by for each in questions} == {ben}


def test_an_imported_question_has_its_first_version(ben):
    take_in(check(upload(ben)), ben)

    version = QuestionVersion.objects.get()
    assert (version.number, version.created_by) == (1, ben)
    assert version.content == Question.objects.get().content
    assert version.digest == version.content.digest


def test_an_imported_question_can_be_submitted(ben, asha):
    take_in(check(upload(ben)), ben)

    request = services.request_approval(
        question_id=Question.objects.get().pk, assigned_to=asha.email, actor=ben
    )

    assert request.status == "PENDING"


def test_an_import_is_an_event(ben):
    kept = take_in(check(upload(ben, HEADER + CAPITAL + WRONG + CAPITAL)), ben)

    assert events("questions_imported") == [
        {
            "import_id": str(kept.pk),
            "file_name": "questions.csv",
            "format": "csv",
            "imported": 1,
            "skipped": 2,
        }
    ]


def test_confirming_alone_takes_nothing_in(ben):
    confirm(check(upload(ben)), ben)

    assert not Question.objects.exists()


def test_a_double_click_confirms_once(ben):
    kept = check(upload(ben))
    confirm(kept, ben)
    confirm(kept, ben)

    assert len(events("import_confirmed")) == 1


def test_taking_in_twice_makes_no_question_twice(ben):
    kept = take_in(check(upload(ben)), ben)
    services.import_checked_rows(import_id=kept.pk, actor=ben.as_actor())

    assert Question.objects.count() == 1
    assert len(events("questions_imported")) == 1


def test_what_came_in_since_the_check_is_skipped(ben, admin_person):
    kept = check(upload(ben, HEADER + CAPITAL + SUM))
    take_in(check(upload(admin_person, HEADER + SUM)), admin_person)

    take_in(kept, ben)

    kept.refresh_from_db()
    assert (kept.imported, kept.good, kept.duplicates) == (1, 1, 1)
    assert rows_of(kept)[1] == (3, "DUPLICATE", "duplicate", "This question exists already.")
    assert Question.objects.count() == 2


def test_a_failure_takes_nothing_in(ben):
    kept = check(upload(ben, HEADER + CAPITAL + SUM))
    confirm(kept, ben)
    first = kept.rows.order_by("id")[0]
    services.create_question(content=CONTENT, actor=ben)
    kept.rows.exclude(pk=first.pk).update(question_id=Question.objects.get().pk)

    with pytest.raises(Exception, match="questions_pkey"):
        services.import_checked_rows(import_id=kept.pk, actor=ben.as_actor())

    kept.refresh_from_db()
    assert (kept.status, Question.objects.count()) == ("IMPORTING", 1)


def test_an_unchecked_file_cannot_be_confirmed(ben):
    with pytest.raises(ImportNotReady, match="uploaded"):
        confirm(upload(ben), ben)


def test_an_unconfirmed_file_is_not_taken_in(ben):
    kept = check(upload(ben))

    with pytest.raises(ImportNotReady):
        services.import_checked_rows(import_id=kept.pk, actor=ben.as_actor())


def test_a_file_without_good_rows_cannot_be_confirmed(ben):
    with pytest.raises(NothingToImport):
        confirm(check(upload(ben, HEADER + WRONG)), ben)


def test_somebody_elses_import_is_not_there(ben, admin_person):
    kept = check(upload(admin_person))

    with pytest.raises(ImportNotFound):
        confirm(kept, ben)
    with pytest.raises(ImportNotFound):
        services.discard_import(import_id=kept.pk, actor=ben)


def test_an_administrator_may_confirm_for_somebody_else(ben, admin_person):
    take_in(check(upload(ben)), admin_person)

    assert Question.objects.get().created_by == ben


# Discard


def test_a_discarded_import_leaves_nothing(ben):
    kept = check(upload(ben))
    services.discard_import(import_id=kept.pk, actor=ben)
    services.discard_import(import_id=kept.pk, actor=ben)

    kept.refresh_from_db()
    assert (kept.status, kept.rows.count()) == ("DISCARDED", 0)
    assert len(events("import_discarded")) == 1


def test_what_is_taken_in_cannot_be_discarded(ben):
    kept = take_in(check(upload(ben)), ben)

    with pytest.raises(ImportNotReady):
        services.discard_import(import_id=kept.pk, actor=ben)
    assert Question.objects.count() == 1


# All the way


def test_the_outbox_carries_an_import_from_upload_to_questions(ben, deliver_all):
    kept = upload(ben)
    deliver_all()
    confirm(kept, ben)
    deliver_all()

    kept.refresh_from_db()
    assert (kept.status, kept.imported) == ("DONE", 1)

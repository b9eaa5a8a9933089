"""An uploaded file is checked, row by row, and a check that is disturbed does no harm."""

import pytest

from approvals import services
from approvals.models import Question, QuestionImport
from tests.approvals.conftest import CONTENT
from tests.approvals.imports import CAPITAL, HEADER, SUM, WRONG, check, rows_of, upload


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
    monkeypatch.setattr("approvals.services.bringing.checking.AT_ONCE", 1)

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
    monkeypatch.setattr("approvals.services.bringing.checking.MOST_ROWS", 1)

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
    monkeypatch.setattr("approvals.services.bringing.checking.AT_ONCE", 1)
    kept = upload(ben, HEADER + CAPITAL + SUM + WRONG)
    seen = []

    def look(_):
        now = QuestionImport.objects.get(pk=kept.pk)
        seen.append((now.status, now.rows_found, now.percent))

    checked_until(kept, look)

    assert seen == [("CHECKING", 1, 40), ("CHECKING", 2, 60), ("CHECKING", 3, 80)]


def test_a_check_that_was_killed_starts_over_cleanly(ben, monkeypatch):
    monkeypatch.setattr("approvals.services.bringing.checking.AT_ONCE", 1)
    kept = upload(ben, HEADER + CAPITAL + SUM)

    def kill(_):
        raise Killed

    with pytest.raises(Killed):
        checked_until(kept, kill)
    assert kept.rows.count() == 1

    check(kept)
    assert (kept.status, kept.good, kept.rows.count(), kept.attempt) == ("READY", 2, 2, 2)


def test_of_two_workers_the_earlier_one_stops(ben, monkeypatch):
    monkeypatch.setattr("approvals.services.bringing.checking.AT_ONCE", 1)
    kept = upload(ben, HEADER + CAPITAL + SUM)

    def another(now):
        if now.attempt == 1:
            services.check_import(import_id=kept.pk)

    checked_until(kept, another)

    kept.refresh_from_db()
    assert (kept.status, kept.good, kept.rows.count()) == ("READY", 2, 2)


def test_discarding_stops_a_check_under_way(ben, monkeypatch):
    monkeypatch.setattr("approvals.services.bringing.checking.AT_ONCE", 1)
    kept = upload(ben, HEADER + CAPITAL + SUM)

    checked_until(kept, lambda now: services.discard_import(import_id=now.pk, actor=ben))

    kept.refresh_from_db()
    assert (kept.status, kept.rows.count()) == ("DISCARDED", 0)

"""A checked file is confirmed and becomes questions, or is discarded."""

import pytest

from approvals import services
from approvals.exceptions import ImportNotFound, ImportNotReady, NothingToImport
from approvals.models import Question, QuestionVersion
from tests.approvals.conftest import CONTENT
from tests.approvals.imports import (
    CAPITAL,
    HEADER,
    SUM,
    WRONG,
    check,
    confirm,
    events,
    rows_of,
    take_in,
    upload,
)


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


def test_the_outbox_carries_an_import_from_upload_to_questions(ben, deliver_all):
    kept = upload(ben)
    deliver_all()
    confirm(kept, ben)
    deliver_all()

    kept.refresh_from_db()
    assert (kept.status, kept.imported) == ("DONE", 1)

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import services
from approvals.models import Question, QuestionImport
from outbox.models import Event

CSV = b"question,a,b,answer\nWhat is 1 + 1?,2,3,A\nWho?,Ben,Ben,A\n"


@pytest.fixture
def kept(ben):
    return services.upload_questions(file_name="q.csv", data=CSV, actor=ben)


def taken_in(kept, ben):
    services.check_import(import_id=kept.pk)
    services.confirm_import(import_id=kept.pk, actor=ben)
    services.import_checked_rows(import_id=kept.pk, actor=ben.as_actor())


def days_later(days, **columns):
    then = timezone.now() - timedelta(days=days)
    QuestionImport.objects.update(**dict.fromkeys(columns or ("created_at",), then))
    services.forget_old_imports()
    return QuestionImport.objects.get()


def test_a_file_that_nobody_confirms_in_a_week_is_discarded(kept):
    services.check_import(import_id=kept.pk)

    assert days_later(8).status == "DISCARDED"
    assert kept.rows.count() == 0
    event = Event.objects.get(name="approvals.import_discarded")
    assert event.actor_label == "System"


def test_a_file_that_was_never_checked_goes_too(kept):
    later = days_later(8)

    assert (later.status, later.data) == ("DISCARDED", None)


def test_a_file_of_this_week_stays(kept):
    assert days_later(6).status == "UPLOADED"


def test_a_confirmed_import_is_not_discarded(kept, ben):
    services.check_import(import_id=kept.pk)
    services.confirm_import(import_id=kept.pk, actor=ben)

    assert days_later(8).status == "IMPORTING"


def test_what_was_imported_keeps_its_rows_for_a_month(kept, ben):
    taken_in(kept, ben)

    days_later(29, finished_at=True)
    assert kept.rows.count() == 2

    assert days_later(31, finished_at=True).imported == 1
    assert kept.rows.count() == 0
    assert Question.objects.count() == 1

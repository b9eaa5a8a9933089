"""Texts that are older than they are kept become digests."""

from datetime import timedelta

import pytest
from django.utils import timezone

from aiqueries import services, tasks
from aiqueries.content import digest_of
from aiqueries.models import Draft, NoteMark, Query, ReviewNote
from aiqueries.services.keeping import forget_texts, forgetting, set_sending_policy
from outbox.models import Event


@pytest.fixture
def ended(ben):
    """A query of Ben's that was answered so long ago."""

    def one(**ago):
        query = services.ask_query(prompt="Why?", actor=ben)
        Query.objects.filter(pk=query.pk).update(
            status="SUCCEEDED",
            answer="Because.",
            answer_digest=digest_of("Because."),
            finished_at=timezone.now() - timedelta(**ago),
        )
        return query

    return one


@pytest.fixture
def keep(admin_person):
    return lambda days: set_sending_policy(
        secure_to=[], customer_fields=[], keep_text_days=days, actor=admin_person
    )


def texts(query):
    return Query.objects.values_list("prompt", "answer").get(pk=query.pk)


def test_after_90_days_texts_go_and_digests_stay(ended):
    query = ended(days=91)

    assert forget_texts() == 1

    kept = Query.objects.get(pk=query.pk)
    assert (kept.prompt, kept.answer) == ("", "")
    assert kept.texts_dropped_at is not None
    assert (kept.prompt_digest, kept.answer_digest) == (digest_of("Why?"), digest_of("Because."))


def test_what_is_younger_stays(ended):
    query = ended(days=89)

    assert forget_texts() == 0

    assert texts(query) == ("Why?", "Because.")


def test_what_has_not_ended_stays(ben):
    query = services.ask_query(prompt="Why?", actor=ben)
    Query.objects.update(created_at=timezone.now() - timedelta(days=400))

    forget_texts()

    assert texts(query) == ("Why?", "")


def test_the_policy_says_how_long(ended, keep):
    old, young = ended(days=8), ended(days=6)
    keep(7)

    forget_texts()

    assert texts(old) == ("", "")
    assert texts(young) == ("Why?", "Because.")


def test_who_keeps_nothing_leaves_an_hour_to_read(ended, keep):
    old, young = ended(minutes=61), ended(minutes=59)
    keep(0)

    forget_texts()

    assert texts(old) == ("", "")
    assert texts(young) == ("Why?", "Because.")


def test_notes_go_with_their_texts_and_marks_stay(ended, asha):
    query = ended(days=91)
    draft = Draft.objects.create(
        query=query,
        question_id=query.pk,
        question_version=1,
        template=query.template,
        offered=1,
        kept=1,
    )
    note = ReviewNote.objects.create(
        draft=draft, kind="BIAS", part="question_text", start=0, end=3, quote="She", says="Who?"
    )
    NoteMark.objects.create(note=note, assessor=asha, useful=True)

    forget_texts()

    note.refresh_from_db()
    assert (note.quote, note.says) == ("", "")
    assert NoteMark.objects.get().useful


def test_one_event_tells_of_all(ended, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    for _ in range(5):
        ended(days=91)

    tasks.forget_texts()

    event = Event.objects.get(name="aiqueries.texts_forgotten")
    assert event.payload == {"queries": 5, "drafts": 0, "keep_text_days": 90}
    assert not Query.objects.exclude(prompt="").exists()


def test_a_run_ends_and_leaves_the_rest_to_the_next(ended, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 1)
    monkeypatch.setattr(forgetting, "PORTIONS", 2)
    for _ in range(3):
        ended(days=91)

    assert [forget_texts(), forget_texts(), forget_texts()] == [2, 1, 0]


def test_nothing_to_forget_is_not_told(ended):
    ended(days=1)

    forget_texts()

    assert not Event.objects.filter(name="aiqueries.texts_forgotten").exists()


def test_the_second_time_there_is_nothing_to_do(ended):
    ended(days=91)

    assert [forget_texts(), forget_texts()] == [1, 0]

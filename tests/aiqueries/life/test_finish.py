"""What a worker writes at the end of its call, and what it does not when it comes too late."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from aiqueries.content import digest_of
from aiqueries.kinds import Outcome, Purpose, Status, Trouble
from aiqueries.models import Attempt, Query
from aiqueries.services import finished, running
from tests.aiqueries.life.conftest import assert_paid, ends, events, start

pytestmark = pytest.mark.django_db

ANSWER = running.Answer(
    text="Lima.", model="large-2026", input_tokens=1000, output_tokens=500, request_id="r1"
)
FAILURE = running.Failure(trouble=Trouble.TRANSIENT, says="It was away.")


@pytest.fixture
def started(query):
    return start(query)


@pytest.fixture
def outdated(query, started):
    """The turn of a worker after which another took the query."""
    start(query)
    return started


@pytest.fixture
def takers(monkeypatch):
    monkeypatch.setattr(finished, "_takers", {})


def test_an_answer_ends_the_query(query, started):
    assert running.succeed(started, ANSWER) is True

    query.refresh_from_db()
    assert (query.status, query.answer) == (Status.SUCCEEDED, "Lima.")
    assert query.answer_digest == digest_of("Lima.")
    assert (query.provider, query.answered_by) == ("first", "large-2026")
    assert (query.input_tokens, query.output_tokens) == (1000, 500)
    assert query.finished_at is not None
    assert ends() == ["answered"]


def test_the_second_time_changes_nothing(query, started):
    running.succeed(started, ANSWER)
    before = Query.objects.values().get()

    assert running.succeed(started, replace(ANSWER, text="Quito.")) is False
    assert running.fail_attempt(started, FAILURE) is False
    assert Query.objects.values().get() == before
    assert ends() == ["answered"]


@pytest.mark.parametrize(
    "write",
    [
        lambda turn: running.succeed(turn, ANSWER),
        lambda turn: running.fail_attempt(turn, FAILURE),
        lambda turn: running.note_progress(turn, "Li"),
        lambda turn: running.fail(turn.query_id, turn=turn.turn, code="gone", reason="Gone."),
        lambda turn: running.put_off(turn.query_id, turn=turn.turn, seconds=1),
    ],
    ids=["succeed", "fail_attempt", "note_progress", "fail", "put_off"],
)
def test_an_older_turn_writes_nothing(outdated, write):
    before = list(Query.objects.values()), list(Attempt.objects.order_by("number").values())

    assert write(outdated) is False

    after = list(Query.objects.values()), list(Attempt.objects.order_by("number").values())
    assert after == before
    assert ends() == []


def test_a_failed_call_lets_the_query_wait(query, started):
    assert running.fail_attempt(started, FAILURE) is True

    query.refresh_from_db()
    attempt = Attempt.objects.get()
    assert (query.status, query.finished_at) == (Status.QUEUED, None)
    assert (attempt.outcome, attempt.trouble, attempt.says) == (
        *(Outcome.FAILED, Trouble.TRANSIENT),
        "It was away.",
    )


def test_a_query_can_end_without_an_answer(query, started):
    running.fail_attempt(started, FAILURE)

    assert running.fail(query.pk, turn=1, code="transient", reason="It was away.") is True

    query.refresh_from_db()
    assert (query.status, query.error_code, query.error) == (
        *(Status.FAILED, "transient"),
        "It was away.",
    )
    assert events("failed")[0].payload["reason"] == "It was away."
    assert_paid(query)


def test_what_came_of_a_call_that_broke_off_is_no_answer(query, started):
    running.note_progress(started, "The capital of")

    running.fail_attempt(started, FAILURE)

    query.refresh_from_db()
    assert query.answer == ""


def test_a_query_is_put_off(query):
    assert running.put_off(query.pk, turn=0, seconds=30) is True

    query.refresh_from_db()
    assert timedelta(seconds=29) < query.retry_at - timezone.now() <= timedelta(seconds=30)
    assert (query.status, query.position) == (Status.QUEUED, 1)


def test_one_whose_worker_died_is_put_off_too(query, started):
    assert running.put_off(query.pk, turn=1, seconds=30) is True

    query.refresh_from_db()
    assert query.status == Status.QUEUED
    assert Attempt.objects.get().outcome == Outcome.LOST


def test_an_answer_comes_word_by_word(query, started):
    assert running.note_progress(started, "Li") is True

    query.refresh_from_db()
    assert (query.answer, query.position, query.status) == ("Li", 2, Status.RUNNING)


def test_characters_that_no_database_keeps_are_no_trouble(query, started):
    running.note_progress(started, "a\0b\ud800")
    running.succeed(started, replace(ANSWER, text="a\0b\ud800c", request_id="r\0"))

    query.refresh_from_db()
    assert query.answer == "ab?c"
    assert query.answer_digest == digest_of("ab?c")


def test_of_who_is_erased_no_answer_is_kept(query, started):
    Query.objects.update(texts_dropped_at=timezone.now())

    running.note_progress(started, "Li")
    running.succeed(started, ANSWER)

    query.refresh_from_db()
    assert (query.status, query.answer) == (Status.SUCCEEDED, "")
    assert query.answer_digest == digest_of("Lima.")


def test_answers_are_handed_to_whoever_wants_them(query, started, takers):
    taken = []
    finished.on_success(Purpose.ASK)(lambda query: taken.append(query.answer))

    running.succeed(started, ANSWER)

    assert taken == ["Lima."]


def test_an_answer_that_is_of_no_use_fails_the_query(query, started, takers, ben):
    @finished.on_success(Purpose.ASK)
    def choke(query):
        Query.objects.update(prompt="changed")
        raise ValueError("This is no list of notes.")

    running.succeed(started, ANSWER)

    query.refresh_from_db()
    assert (query.status, query.error_code) == (Status.FAILED, "unusable_answer")
    assert query.prompt == "Which is the capital of Peru?"
    assert_paid(query)


def test_only_one_takes_the_answers_for_a_purpose(takers):
    finished.on_success(Purpose.REVIEW)(lambda query: None)

    with pytest.raises(ValueError, match="Two functions"):
        finished.on_success(Purpose.REVIEW)(lambda query: None)

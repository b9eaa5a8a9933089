"""The recorder writes one entry for every event, in order, and misses none."""

import threading
import time

import pytest
from django.db import connection, transaction

from approvals.events import TaskDecided
from audit.models import Batch, Entry
from audit.services import first_needed, seal_events
from audit.services.sealing.batches import _LOCK
from core.correlation import correlated
from outbox.events import first_needed_by_readers
from outbox.models import Event
from outbox.publishing import publish
from tests.audit.conftest import ASHA, SealBroken, happen

DECIDED = TaskDecided(
    task_id="t-1",
    request_id="r-1",
    question_id="q-1",
    question_title="Which gas law relates pressure and volume?",
    requester_id="u-2",
    assessor_id=ASHA.id,
    verdict="APPROVED",
    outcome="APPROVED",
    digest="d" * 64,
)


def test_an_entry_says_who_did_what_to_which_thing_and_when(recorded):
    with correlated("request-0001"):
        (event_id,) = happen(DECIDED)

    (entry,) = recorded()

    event = Event.objects.get()
    assert entry.event_id == event_id
    assert entry.action == "approvals.task_decided"
    assert (entry.actor_id, entry.actor_label) == (ASHA.id, "Asha Rao")
    assert (entry.subject_kind, entry.subject_id) == ("task", "t-1")
    assert entry.correlation_id == "request-0001"
    assert entry.happened_at == event.occurred_at
    assert entry.recorded_at >= entry.happened_at
    assert entry.sentence == "Asha Rao approved “Which gas law relates pressure and volume?”."
    assert entry.detail == DECIDED.payload()


def test_an_event_without_a_sentence_still_reads(recorded):
    happen(SealBroken())

    (entry,) = recorded()

    assert entry.sentence == "Asha Rao: seal broken."
    assert (entry.subject_kind, entry.subject_id) == ("", "")


def test_entries_are_numbered_without_gaps(recorded):
    for number in range(5):
        happen(SealBroken(number=number))
        recorded()
    happen(*(SealBroken(number=number) for number in range(5, 10)))

    entries = recorded()

    assert [entry.sequence for entry in entries] == list(range(1, 11))
    assert [entry.detail["number"] for entry in entries] == list(range(10))


def test_a_rolled_back_event_leaves_no_gap(recorded):
    happen(SealBroken(number=1))
    with transaction.atomic():
        publish(SealBroken(number=2), actor=ASHA)
        transaction.set_rollback(True)
    happen(SealBroken(number=3))

    entries = recorded()

    assert [(entry.sequence, entry.detail["number"]) for entry in entries] == [(1, 1), (2, 3)]


def test_recording_again_changes_nothing(recorded):
    happen(DECIDED)
    (before,) = recorded()

    assert seal_events() == 0

    (after,) = Entry.objects.all()
    assert after.recorded_at == before.recorded_at


def test_more_than_one_batch_is_recorded_in_one_run(recorded, monkeypatch):
    monkeypatch.setattr("audit.services.sealing.batches.AT_ONCE", 3)
    happen(*(SealBroken(number=number) for number in range(10)))

    entries = recorded()

    assert [entry.detail["number"] for entry in entries] == list(range(10))


def test_an_open_older_transaction_keeps_nobody_waiting(recorded, other_connection):
    other_connection.set_autocommit(False)
    with other_connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_event (uuid, name, payload, actor_id, actor_label, correlation_id)"
            " VALUES (gen_random_uuid(), 'tests.older', '{}', 'x', 'X', '')"
        )
    happen(SealBroken())

    sealed = seal_events()
    other_connection.commit()
    entries = recorded()

    assert sealed == 1
    assert [entry.action for entry in entries] == ["tests.seal_broken", "tests.older"]


def test_of_two_recorders_at_once_one_steps_aside(recorded, other_connection):
    happen(SealBroken(number=1))
    recorded()
    happen(SealBroken(number=2))
    other_connection.set_autocommit(False)
    with other_connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])

    stepped_aside = seal_events()
    other_connection.rollback()

    assert stepped_aside == 0
    assert len(recorded()) == 2


def test_many_recorders_at_once_write_every_event_once(recorded):
    happen(*(SealBroken(number=number) for number in range(500)))

    def record():
        try:
            for _ in range(20):
                seal_events()
                time.sleep(0.002)
        finally:
            connection.close()

    threads = [threading.Thread(target=record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [entry.sequence for entry in recorded()] == list(range(1, 501))


def test_a_batch_costs_a_handful_of_statements(recorded, django_assert_max_num_queries):
    happen(SealBroken())
    recorded()
    happen(*(SealBroken(number=number) for number in range(1000)))
    time.sleep(0.05)

    with django_assert_max_num_queries(24):
        seal_events()


def test_when_nothing_is_new_no_transaction_is_begun(recorded, django_assert_num_queries):
    happen(SealBroken())
    recorded()

    with django_assert_num_queries(2) as asked:
        seal_events()

    assert all(query["sql"].lstrip().startswith("SELECT") for query in asked.captured_queries)


@pytest.mark.django_db(transaction=True)
def test_events_not_yet_recorded_are_not_pruned():
    happen(SealBroken())

    assert first_needed() == Event.objects.get().id
    assert first_needed_by_readers() == Event.objects.get().id


def test_recorded_events_may_be_pruned(recorded):
    happen(SealBroken())
    recorded()

    assert first_needed() == Event.objects.get().id + 1
    assert Batch.objects.get().log_id == Event.objects.get().id

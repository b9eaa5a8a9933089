"""What the database refuses to hold, and that a row is all the interpreter needs."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.workflows.conftest import token_of
from workflows import services
from workflows.local import rows, tokens
from workflows.models import Execution, HistoryEvent, Message


@pytest.mark.parametrize(
    "change",
    [
        {"status": "DREAMING"},
        {"stopped_at": timezone.now()},
        {"status": "FAILED", "waiting_for": "", "token_digest": "", "wake_at": None},
        {"waiting_for": "", "token_digest": ""},
        {"token_digest": ""},
        {"waiting_for": "TIME"},
        {"output": {"early": True}},
        {"name": "approval-2"},
    ],
    ids=[
        "an unknown status",
        "stopped while running",
        "ended without a time",
        "running and waiting for nothing",
        "waiting for a token without one",
        "a token while waiting for time",
        "output before success",
        "a name twice",
    ],
)
def test_an_execution_that_cannot_be_is_refused(started, change):
    services.start_execution(name="approval-2", input=started.input)

    with pytest.raises(IntegrityError), transaction.atomic():
        Execution.objects.filter(pk=started.pk).update(**change)


@pytest.mark.parametrize("numbers", [(1, 0), (0, 0), (9, 9), (9, 10)])
def test_a_history_event_out_of_order_is_refused(started, numbers):
    number, previous = numbers

    with pytest.raises(IntegrityError), transaction.atomic():
        HistoryEvent.objects.create(
            execution=started,
            number=number,
            previous=previous,
            type="T",
            details={},
            occurred_at=timezone.now(),
        )


@pytest.mark.usefixtures("started")
def test_a_delivered_message_may_not_keep_its_body():
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(delivered_at=timezone.now())


@pytest.mark.parametrize("answer", [None, "CHANGES_REQUESTED", "APPROVED"])
def test_a_row_read_back_is_the_same_run(started, answer):
    execution = started
    if answer:
        services.complete_task(token=token_of(started), output={"verdict": answer})
        execution = Execution.objects.get()

    assert rows._run(Execution.objects.get()) == rows._run(execution)


def test_an_ended_execution_keeps_no_data_to_go_on_with(started):
    services.stop_execution(name="approval-1")

    assert Execution.objects.get().progress["data"] is None


def test_time_never_runs_backwards_in_a_history(started):
    ahead = timezone.now() + timedelta(hours=1)
    started.progress["at"] = ahead.isoformat()
    started.save(update_fields=["progress"])

    services.complete_task(token=token_of(started), output={"verdict": "APPROVED"})

    assert started.history.latest("number").occurred_at == ahead


def test_a_token_names_its_execution_and_is_never_the_same(started):
    one, other = tokens.issue(started.id), tokens.issue(started.id)

    assert one != other
    assert tokens.execution_id(one) == started.id
    assert tokens.is_genuine(one)
    assert len(one) > 100


def test_a_token_is_genuine_after_the_key_was_changed(started, settings):
    token = tokens.issue(started.id)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert tokens.is_genuine(token)
    settings.SECRET_KEY_FALLBACKS = []
    assert not tokens.is_genuine(token)


def test_the_token_that_is_out_still_answers_after_the_key_was_changed(started, settings):
    settings.SECRET_KEY = "another"

    services.complete_task(token=token_of(started), output={"verdict": "APPROVED"})
    execution = Execution.objects.get()

    assert execution.status == "SUCCEEDED"

"""What workflows forgets of a person: whatever an execution was given that names them."""

import pytest

from accounts.erasure import erase_person
from core.actor import SYSTEM
from core.redaction import ERASED
from tests.cast import person
from tests.workflows.conftest import INPUT, token_of
from workflows import services
from workflows.models import Execution, HistoryEvent, Message


@pytest.fixture
def mina(db):
    return person("Mina Brandt")


def test_executions_lose_the_name(mina):
    given = {**INPUT, "note": "for Mina Brandt", "mail": "mina@example.com"}
    started = services.start_execution(name="approval-1", input=given)
    Message.objects.update(body={**Message.objects.get().body, "note": "Mina Brandt"})
    other = services.start_execution(name="approval-2", input=INPUT)

    erase_person(person_id=mina.pk, actor=SYSTEM)

    started.refresh_from_db()
    assert started.input == {**INPUT, "note": f"for {ERASED}", "mail": ERASED}
    kept = [list(model.objects.values()) for model in (Execution, HistoryEvent, Message)]
    assert "Brandt" not in str(kept)
    assert "mina@example.com" not in str(kept)
    assert Execution.objects.get(pk=other.pk).input == INPUT


def test_an_execution_under_way_goes_on(mina):
    started = services.start_execution(name="approval-1", input={**INPUT, "note": "Mina Brandt"})
    token = token_of(started)

    erase_person(person_id=mina.pk, actor=SYSTEM)
    services.complete_task(token=token, output={"verdict": "APPROVED"})

    started.refresh_from_db()
    assert started.status == Execution.Status.SUCCEEDED

"""Who has which receipt, and what it opens."""

import base64
import json
from uuid import UUID, uuid4

import pytest
from django.db import connection
from rest_framework.test import APIClient

from approvals import services
from audit.models import Batch, Record
from audit.proof import merkle, notes, records, vault
from audit.proof.notes import VerifierKey
from audit.services import signing
from audit.services.sealing import keys_named
from tests.approvals.conftest import CONTENT
from tests.audit.sealed import sealed
from tests.audit.trail import entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")


@pytest.fixture
def task(asha, ben):
    """Ben asks, Asha is to decide."""
    request = services.submit_request(content=CONTENT, assigned_to=asha.email, actor=ben)
    return request.tasks.get()


@pytest.fixture
def decided(asha, ben, task):
    """The entry of her decision, under a head."""
    (row,) = sealed(decision(task, asha, ben))
    return row


def decision(task, assessor, requester):
    return {
        "actor_id": str(assessor.pk),
        "actor_label": assessor.name,
        "owner_id": str(requester.pk),
        "workflow_id": str(task.request_id),
        "subject_kind": "task",
        "subject_id": str(task.pk),
    }


def ask(person, path):
    client = APIClient()
    client.force_authenticate(person)
    return client.get(f"/api/v1/audit/receipts/{path}")


def root_of(receipt, size):
    """Where the leaf and its path lead, by RFC 9162, 2.1.3.2."""
    index, last = receipt["sequence"] - 1, size - 1
    found = merkle.leaf_hash(receipt["body"].encode())
    for step in map(base64.b64decode, receipt["proof"]):
        if index & 1 or index == last:
            found = merkle.node_hash(step, found)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = merkle.node_hash(found, step)
        index, last = index >> 1, last >> 1
    return found


def test_a_receipt_proves_its_entry(vera, decided):
    sealed({}, {})

    found = ask(vera, "1/").json()

    key = VerifierKey.parse(found["vkeys"][0]["vkey"])
    _, size, root, _ = notes.text_of(found["note"], key).splitlines()
    assert base64.b64encode(root_of(found, int(size))).decode() == root


def test_a_receipt_has_the_very_text_that_was_hashed(vera, decided):
    found = ask(vera, "1/").json()

    assert found["body"] == Record.objects.get(pk=1).body


def test_an_auditors_receipt_opens_every_box(vera, asha, decided):
    found = ask(vera, "1/").json()

    body = json.loads(found["body"])
    name = f"person:{asha.pk}"
    opened = vault.unlock(base64.b64decode(found["keys"][name]), body["boxes"][name])
    assert opened["/actor/label"] == "Asha Rao"
    assert found["withheld"] == []


def test_it_opens_the_boxes_of_this_entry_only(vera, asha, ben, task):
    sealed(decision(task, asha, ben), decision(task, asha, ben))
    name = f"person:{asha.pk}"

    first, second = ask(vera, "1/").json(), ask(vera, "2/").json()

    key = base64.b64decode(first["keys"][name])
    with pytest.raises(vault.WrongKey):
        vault.unlock(key, json.loads(second["body"])["boxes"][name])


def test_the_requester_has_a_receipt_without_the_assessors_data(ben, asha, decided):
    found = ask(ben, "1/").json()

    assert found["keys"] == {}
    assert found["withheld"] == [f"person:{asha.pk}"]


def test_the_assessor_has_one_with_their_own_data(asha, decided):
    found = ask(asha, "1/").json()

    assert list(found["keys"]) == [f"person:{asha.pk}"]


def test_what_was_said_is_open_to_the_requester(ben, asha, task):
    event = uuid4()
    fields = decision(task, asha, ben)
    changes = [{"after": {"comment": records.Sealed(records.text_key(event), "Well asked.")}}]
    keys_named([records.text_key(event)])
    sealed(fields | {"event_id": event, "changes": changes})

    found = ask(ben, "1/").json()

    assert list(found["keys"]) == [f"text:{event}"]


@pytest.mark.parametrize("name", ["cleo", "ada"])
def test_others_are_told_that_there_is_nothing(request, decided, name):
    answer = ask(request.getfixturevalue(name), "1/")

    assert (answer.status_code, answer.json()["code"]) == (404, "entry_not_found")


def test_who_may_see_the_task_waits_until_the_request_is_closed(ada, asha, ben, decided, task):
    task.assignments.create(assessor=ada, requester=ben, due_at=task.due_at)

    before = ask(ada, "1/")
    sealed({"action": "approvals.request_closed", "workflow_id": str(task.request_id)})
    after = ask(ada, "1/")

    assert (before.status_code, after.status_code) == (404, 200)
    assert after.json()["keys"] == {}


@pytest.mark.parametrize("action", ["accounts.signed_in", "approvals.question_created"])
def test_entries_of_other_kinds_are_for_auditors(asha, ben, task, vera, action):
    sealed(decision(task, asha, ben) | {"action": action})

    assert ask(ben, "1/").status_code == 404
    assert ask(vera, "1/").status_code == 200


def test_a_thing_that_nobody_describes_is_seen_by_nobody(asha, ben, task):
    sealed(decision(task, asha, ben) | {"subject_kind": "unheard-of"})

    assert ask(ben, "1/").status_code == 404


def test_an_entry_without_a_head_has_to_wait(vera):
    sealed()
    entry(2)

    answer = ask(vera, "2/")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_sealed_yet")


@pytest.mark.parametrize("sequence", [0, 9, 10**30])
def test_an_entry_that_is_not_there_is_not_found(vera, sequence):
    sealed()

    assert ask(vera, f"{sequence}/").status_code in (400, 404)


def test_a_receipt_is_found_by_its_event(vera, decided):
    (found,) = ask(vera, f"?event_id={decided.event_id}").json()["results"]

    assert found["sequence"] == 1


def test_receipts_are_found_by_the_task(ben, asha, decided, task):
    (found,) = ask(ben, f"?task_id={task.pk}").json()["results"]

    assert found["sequence"] == 1


def test_other_peoples_tasks_have_no_receipts(cleo, decided, task):
    assert ask(cleo, f"?task_id={task.pk}").json() == {"results": []}


@pytest.mark.parametrize("query", ["", "?task_id=x", "?event_id=", "?task_id={0}&event_id={0}"])
def test_a_search_that_is_none_is_refused(vera, query):
    answer = ask(vera, query.format(UUID(int=1)))

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_filter")


def test_an_archived_entry_says_where_it_is(vera):
    row = entry(1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_record SET body = '' WHERE sequence = 1")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    Batch.objects.create(size=1, transaction_id=1, log_id=1)
    signing.sign_head()

    answer = ask(vera, f"{row.sequence}/")

    assert (answer.status_code, answer.json()["code"]) == (409, "entry_archived")

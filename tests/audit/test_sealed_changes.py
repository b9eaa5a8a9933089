"""Rows that triggers saw change come into the trail with their event, or by themselves."""

import json
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.contrib.auth.models import Group
from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction

from accounts.models import User
from approvals import services
from approvals.content import QuestionContent
from approvals.models import ApprovalTask
from audit.models import Change, Entry, Key, Link, Person, Record
from audit.proof.records import person_key, text_key
from audit.services import seal_events
from audit.services.sealing import keep_still, portions
from outbox.events import DomainEvent
from outbox.publishing import publish_all
from tests.audit.conftest import ASHA, SealBroken, happen
from tests.audit.trail import forget_changes

CONTENT = QuestionContent.checked(
    question_text="Which gas law relates pressure and volume?",
    options=["Charles", "Boyle-Mariotte", "Avogadro"],
    correct_answer="Boyle-Mariotte",
    subject="Physics",
)


@dataclass(frozen=True, kw_only=True)
class Named(DomainEvent):
    """An event that names a group."""

    name: ClassVar[str] = "tests.named"

    group_id: str


def groups(*names):
    """Rows that no event tells of by itself."""
    return Group.objects.bulk_create([Group(name=name) for name in names])


def sql(statement, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.fixture
def decided(ben, asha, deliver_all, recorded):
    """Ben asks and Asha rejects, in words of her own. Return the entry of her decision."""
    request = services.submit_request(
        content=CONTENT, assigned_to=asha.email, policy=None, actor=ben
    )
    deliver_all()
    services.decide_task(
        task_id=request.tasks.get().pk,
        verdict="REJECTED",
        comment="Zanzibar is no gas.",
        actor=asha,
    )
    (entry,) = [each for each in recorded() if each.action == "approvals.task_decided"]
    return entry


def test_an_entry_holds_the_rows_that_its_event_changed(recorded):
    with transaction.atomic():
        (chemists,) = groups("Chemists")
        publish_all([SealBroken()], actor=ASHA)

    (entry,) = recorded(all_of_them=True)

    (change,) = entry.record["changes"]
    assert change["session"].startswith("postgres")
    del change["session"]
    assert change == {
        "table": "auth_group",
        "operation": "INSERT",
        "id": str(chemists.pk),
        "before": None,
        "after": {"id": chemists.pk, "name": "Chemists"},
    }
    assert Link.objects.filter(kind="group", object_id=str(chemists.pk)).get().sequence == 1
    assert not Change.objects.exists()


def test_of_several_events_the_one_that_names_the_row_has_it(recorded):
    group = groups("Chemists")[0]
    recorded()
    forget_changes()
    with transaction.atomic():
        Group.objects.filter(pk=group.pk).update(name="Physicists")
        publish_all([SealBroken(), Named(group_id=str(group.pk))], actor=ASHA)

    *_, broken, named = recorded()

    assert broken.record["changes"] == []
    assert [change["after"] for change in named.record["changes"]] == [{"name": "Physicists"}]


def test_rows_that_no_event_names_go_with_the_first(recorded):
    with transaction.atomic():
        publish_all([SealBroken(number=1), SealBroken(number=2)], actor=ASHA)
        groups("Chemists")

    first, second = recorded(all_of_them=True)

    assert [len(each.record["changes"]) for each in (first, second)] == [1, 0]


def test_a_change_without_an_event_is_an_entry_of_its_own(recorded):
    sql("INSERT INTO auth_group (id, name) VALUES (990, 'Chemists')")
    uuid = Change.objects.get().uuid

    (entry,) = recorded(all_of_them=True)

    assert entry.event_id == uuid
    assert entry.action == "auth_group.inserted"
    assert entry.actor_id == "database:postgres"
    assert entry.sentence == "Database role postgres added a row to auth_group."
    assert (entry.subject_kind, entry.subject_id) == ("group", "990")
    assert entry.record["actor"]["label"] == "Database role postgres"
    assert entry.record["changes"][0]["after"] == {"id": 990, "name": "Chemists"}


def test_a_database_role_has_no_key_since_it_is_nobody(recorded):
    groups("Chemists")

    recorded(all_of_them=True)

    assert not Key.objects.exists()


@pytest.mark.parametrize(
    ("statement", "action", "text"),
    [
        (
            "UPDATE auth_group SET name = 'Physicists'",
            "auth_group.updated",
            "{actor} changed a row of auth_group: name.",
        ),
        ("DELETE FROM auth_group", "auth_group.deleted", "{actor} deleted a row of auth_group."),
        (
            "TRUNCATE auth_group CASCADE",
            "auth_group.truncated",
            "{actor} emptied the table auth_group.",
        ),
    ],
    ids=["update", "delete", "truncate"],
)
def test_each_kind_of_change_has_its_sentence(statement, action, text, recorded):
    Group.objects.all().delete()
    groups("Chemists")
    recorded(all_of_them=True)
    sql(statement)

    recorded(all_of_them=True)

    assert text in Entry.objects.filter(action=action).values_list("text", flat=True)


def test_more_than_twenty_changes_get_entries_of_their_own(recorded):
    with transaction.atomic():
        publish_all([SealBroken()], actor=ASHA)
        groups(*(f"Group {number}" for number in range(portions.TOGETHER + 1)))

    event, *rows = recorded(all_of_them=True)

    assert event.record["changes"] == []
    assert len(rows) == portions.TOGETHER + 1
    assert {row.action for row in rows} == {"auth_group.inserted"}
    assert [row.record["changes"][0]["after"]["name"] for row in rows][-1] == "Group 20"


def test_twenty_changes_stay_with_their_event(recorded):
    with transaction.atomic():
        publish_all([SealBroken()], actor=ASHA)
        groups(*(f"Group {number}" for number in range(portions.TOGETHER)))

    (event,) = recorded(all_of_them=True)

    assert len(event.record["changes"]) == portions.TOGETHER


def test_rows_that_stand_alone_were_changed_by_whoever_caused_the_first_event(recorded):
    with transaction.atomic():
        publish_all([SealBroken()], actor=ASHA)
        groups(*(f"Group {number}" for number in range(portions.TOGETHER + 1)))

    _, row, *_ = recorded(all_of_them=True)

    assert (row.actor_id, row.actor_label) == (ASHA.id, "Asha Rao")
    assert row.record["actor"]["label"] == "Asha Rao"


def test_a_giant_transaction_is_sealed_in_portions(recorded, monkeypatch):
    monkeypatch.setattr("audit.services.sealing.batches.AT_ONCE", 10)
    with transaction.atomic():
        groups(*(f"Group {number}" for number in range(500)))
        publish_all([SealBroken(number=number) for number in range(15)], actor=ASHA)
    happen(SealBroken(number=15))

    entries = recorded(all_of_them=True)

    rows = [entry for entry in entries if entry.action == "auth_group.inserted"]
    events = [entry for entry in entries if entry.action == "tests.seal_broken"]
    assert [entry.sequence for entry in entries] == list(range(1, 517))
    assert [entry.detail["number"] for entry in events] == list(range(16))
    assert [row.record["changes"][0]["after"]["name"] for row in rows] == [
        f"Group {number}" for number in range(500)
    ]
    assert {row.actor_id for row in rows} == {ASHA.id}
    assert events[-1].sequence == 516


def test_portions_never_part_an_event_from_its_rows(recorded, monkeypatch):
    monkeypatch.setattr("audit.services.sealing.batches.AT_ONCE", 3)
    for number in range(60):
        with transaction.atomic():
            groups(*(f"Group {number}-{each}" for each in range(15)))
            publish_all([SealBroken(number=number)], actor=ASHA)

    entries = recorded(all_of_them=True)

    assert [len(entry.record["changes"]) for entry in entries] == [15] * 60
    assert [entry.detail["number"] for entry in entries] == list(range(60))


def test_rows_of_a_transaction_that_committed_late_go_with_its_event(recorded, other_connection):
    other_connection.set_autocommit(False)
    with other_connection.cursor() as cursor:
        cursor.execute("INSERT INTO auth_group (name) VALUES ('Chemists')")
        cursor.execute(
            "INSERT INTO outbox_event (uuid, name, payload, actor_id, actor_label, correlation_id)"
            " VALUES (gen_random_uuid(), 'tests.older', '{}', 'x', 'X', '')"
        )
    happen(SealBroken())
    seal_events()
    other_connection.commit()

    younger, older = recorded(all_of_them=True)

    assert (younger.action, younger.record["changes"]) == ("tests.seal_broken", [])
    assert older.action == "tests.older"
    assert [change["after"]["name"] for change in older.record["changes"]] == ["Chemists"]


def test_a_decision_is_found_by_a_word_of_its_comment(decided):
    found = Entry.objects.filter(search=SearchQuery("zanzibar", config="english"))

    assert decided.event_id in found.values_list("event_id", flat=True)
    assert decided.record["reason"] == "Zanzibar is no gas."


def test_a_comment_stands_in_a_box_of_its_own(decided):
    body = Record.objects.get(pk=decided.sequence).body

    assert "Zanzibar" not in body
    assert text_key(decided.event_id) in json.loads(body)["boxes"]


def test_an_entry_is_not_found_by_who_did_it(decided):
    for words in ("asha", "rao", "actor"):
        assert not Entry.objects.filter(search=SearchQuery(words, config="english")).exists()


def test_a_decision_says_whose_question_it_was_and_where_it_stood(decided, ben):
    task = ApprovalTask.objects.get()

    assert decided.owner_id == str(ben.pk)
    assert decided.workflow_id == str(task.request_id)
    assert Entry.objects.get(action="approvals.task_assigned").step_id == str(task.stage)
    assert decided.outcome == "REJECTED"
    assert (decided.subject_kind, decided.subject_id) == ("task", str(task.pk))


def test_a_row_shows_what_differs_before_and_after(decided):
    changes = {change["table"]: change for change in decided.record["changes"]}

    task = changes["approval_tasks"]
    assert (task["before"]["status"], task["after"]["status"]) == ("PENDING", "REJECTED")
    assert task["after"]["comments"] == "Zanzibar is no gas."
    assert changes["approval_decisions"]["after"]["verdict"] == "REJECTED"


def test_a_persons_columns_stand_in_the_persons_box(recorded):
    asha = User.objects.create_user("asha.rao@example.com", name="Asha Rao")

    entries = [e for e in recorded(all_of_them=True) if e.action == "accounts_user.inserted"]

    body = json.loads(Record.objects.get(pk=entries[0].sequence).body)
    assert body["changes"][0]["after"]["email"] == {"sealed": person_key(str(asha.pk))}
    assert "asha.rao" not in json.dumps(body).lower()
    assert entries[0].record["changes"][0]["after"]["email"] == "asha.rao@example.com"


def test_of_a_changed_column_both_values_stand_in_the_box(recorded):
    asha = User.objects.create_user("asha.rao@example.com", name="Asha Rao")
    User.objects.filter(pk=asha.pk).update(name="Asha Menon")

    *_, entry = recorded(all_of_them=True)

    assert entry.record["changes"][0]["before"]["name"] == "Asha Rao"
    assert entry.record["changes"][0]["after"]["name"] == "Asha Menon"
    assert "Menon" not in Record.objects.get(pk=entry.sequence).body


def test_secrets_and_keys_of_rows_stay_out(decided):
    bodies = " ".join(Record.objects.values_list("body", flat=True))
    opened = json.dumps([decided.record["changes"]])

    for secret in ("Boyle-Mariotte", "Avogadro"):
        assert secret not in bodies + opened


def test_nothing_is_kept_in_the_open_of_a_table_without_a_rule(recorded):
    sql(
        'INSERT INTO audit_change ("table", operation, object_id, after, session)'
        " VALUES ('secrets', 'INSERT', '7', '{\"word\": \"Zanzibar\"}', 'postgres')"
    )

    (entry,) = recorded(all_of_them=True)

    assert "Zanzibar" not in Record.objects.get().body
    assert entry.record["changes"][0]["after"] == {"word": "Zanzibar"}


def test_an_erased_person_gets_no_new_key_or_name(recorded):
    sql("SELECT audit_destroy_keys(ARRAY[%s])", [person_key(ASHA.id)])
    happen(SealBroken())

    (entry,) = recorded()

    assert Key.objects.get(name=person_key(ASHA.id)).key is None
    assert not Person.objects.filter(pk=ASHA.id).exists()
    assert entry.actor_label == "Somebody"
    assert entry.record["actor"]["label"] == {"sealed": person_key(ASHA.id)}
    assert "Asha" not in Record.objects.get().body


def test_no_batch_begins_while_somebody_asks_for_stillness(recorded, other_connection):
    happen(SealBroken())
    with transaction.atomic():
        keep_still()
        other_connection.ensure_connection()
        with other_connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(7262441)")
            (free,) = cursor.fetchone()

    assert free is False
    assert len(recorded()) == 1

"""What the triggers of the database record, whoever made the change and however."""

import io
import uuid

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from approvals import services
from approvals.content import QuestionContent
from approvals.models import ApprovalTask, Question
from audit import triggers
from audit.models import Change
from audit.recording.masking import MASK
from outbox.models import Event
from tests.audit import trail

pytestmark = pytest.mark.django_db
CONTENT = QuestionContent.checked(
    question_text="Which gas law relates pressure and volume?",
    options=["Charles", "Boyle-Mariotte", "Avogadro"],
    correct_answer="Boyle-Mariotte",
    subject="Physics",
)


@pytest.fixture
def submitted(ben, asha):
    made = services.submit_request(content=CONTENT, assigned_to=asha.email, policy=None, actor=ben)
    trail.forget_changes()
    return made


@pytest.fixture
def question(submitted):
    return Question.objects.get()


def sql(statement, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def changes(table):
    found = Change.objects.filter(table=table).order_by("id")
    return [(each.operation, each.object_id, each.before, each.after) for each in found]


def test_a_new_row_is_recorded_whole_but_for_what_is_masked(submitted, question):
    trail.forget_changes()

    other = Question.objects.create(
        question_text="What?",
        options=["a", "b"],
        correct_answer="a",
        subject="Law",
        latest_version=1,
        created_by=question.created_by,
    )

    ((operation, key, before, after),) = changes("questions")
    assert (operation, key, before) == ("INSERT", str(other.pk), None)
    assert after["question_text"] == "What?"
    assert after["options"] == after["correct_answer"] == MASK
    assert set(after) == {field.column for field in Question._meta.local_concrete_fields}


def test_a_changed_row_is_recorded_by_the_columns_that_differ(question):
    Question.objects.filter(pk=question.pk).update(subject="Law")

    assert changes("questions") == [
        ("UPDATE", str(question.pk), {"subject": "Physics"}, {"subject": "Law"})
    ]


def test_a_removed_row_is_recorded_whole(db):
    Group.objects.create(id=990, name="Chemists")
    trail.forget_changes()

    Group.objects.filter(pk=990).delete()

    assert changes("auth_group") == [("DELETE", "990", {"id": 990, "name": "Chemists"}, None)]


def test_a_bulk_update_is_recorded_row_by_row(asha, ben):
    trail.forget_changes()
    people = list(User.objects.filter(pk__in=[asha.pk, ben.pk]))
    for person in people:
        person.is_active = False

    User.objects.bulk_update(people, ["is_active"])

    assert {(key, after["is_active"]) for _, key, _, after in changes("accounts_user")} == {
        (str(asha.pk), False),
        (str(ben.pk), False),
    }


def test_raw_sql_is_recorded(question):
    sql("UPDATE questions SET subject = 'Law'")

    assert [after for *_, after in changes("questions")] == [{"subject": "Law"}]


def test_copy_is_recorded(transactional_db):
    trail.forget_changes()
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert("COPY auth_group (name) FROM STDIN", io.StringIO("Chemists\n"))

    assert [after["name"] for *_, after in changes("auth_group")] == ["Chemists"]


def test_both_ways_of_on_conflict_are_recorded(db):
    statement = (
        "INSERT INTO auth_group (id, name) VALUES (990, %s)"
        " ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name"
    )
    trail.forget_changes()

    sql(statement, ["Chemists"])
    sql(statement, ["Physicists"])

    assert [(operation, after["name"]) for operation, _, _, after in changes("auth_group")] == [
        ("INSERT", "Chemists"),
        ("UPDATE", "Physicists"),
    ]


def test_nothing_is_recorded_on_conflict_do_nothing(db):
    Group.objects.create(id=990, name="Chemists")
    trail.forget_changes()

    sql("INSERT INTO auth_group (id, name) VALUES (990, 'x') ON CONFLICT DO NOTHING")

    assert changes("auth_group") == []


def test_a_new_key_ends_one_thing_and_begins_another(db):
    Group.objects.create(id=990, name="Chemists")
    trail.forget_changes()

    sql("UPDATE auth_group SET id = 991 WHERE id = 990")

    assert changes("auth_group") == [
        ("DELETE", "990", {"id": 990, "name": "Chemists"}, None),
        ("INSERT", "991", None, {"id": 991, "name": "Chemists"}),
    ]


def test_what_goes_with_another_row_is_recorded_too(asha):
    trail.forget_changes()
    places = asha.groups.count()

    asha.delete()

    assert len(changes("accounts_user_groups")) == places > 0


def test_a_row_of_something_else_says_which_row_it_was(submitted):
    task = ApprovalTask.objects.get()
    place = task.assignments.get()

    task.assignments.update(state="ENDED")

    assert changes("approval_assignments") == [
        (
            "UPDATE",
            str(task.pk),
            {"id": place.pk, "state": "ACTIVE"},
            {"id": place.pk, "state": "ENDED"},
        )
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE approval_decisions",
        "TRUNCATE approval_tasks CASCADE",
        "TRUNCATE approval_decisions RESTART IDENTITY",
    ],
)
def test_emptying_a_table_is_recorded(db, statement):
    trail.forget_changes()

    sql(statement)

    assert ("TRUNCATE", "", None, None) in changes("approval_decisions")


def test_a_session_that_plays_the_replica_is_recorded(question):
    sql("SET LOCAL session_replication_role = replica")
    sql("UPDATE questions SET subject = 'Law'")
    sql("SET LOCAL session_replication_role = origin")

    assert len(changes("questions")) == 1


def test_an_update_that_changes_nothing_is_not_recorded(question):
    Question.objects.update(subject=F("subject"))

    assert changes("questions") == []


def test_a_change_of_ignored_columns_is_not_recorded(submitted):
    ApprovalTask.objects.update(updated_at=timezone.now())

    assert changes("approval_tasks") == []


def test_ignored_columns_are_left_out_of_other_changes(submitted):
    ApprovalTask.objects.update(updated_at=timezone.now(), round=2)

    assert [after for *_, after in changes("approval_tasks")] == [{"round": 2}]


def test_a_key_that_changed_shows_as_changed_and_masked(question):
    sql("UPDATE questions SET correct_answer = 'Charles', options = '[\"Charles\", \"x\"]'")

    hidden = {"correct_answer": MASK, "options": MASK}
    assert changes("questions") == [("UPDATE", str(question.pk), hidden, hidden)]


def test_a_token_that_comes_shows_as_masked(submitted):
    ApprovalTask.objects.update(task_token="tok-123")

    ((_, _, before, after),) = changes("approval_tasks")
    assert (before, after) == ({"task_token": ""}, {"task_token": MASK})


def test_neither_key_option_password_nor_token_gets_in(submitted, asha):
    ApprovalTask.objects.update(task_token="tok-123")
    asha.set_password("pass-456")
    asha.save()
    Question.objects.update(correct_answer="Avogadro")

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(change::text, ' ') FROM audit_change AS change")
        written = cursor.fetchone()[0]
    for secret in ("tok-123", asha.password, "Avogadro", "Charles"):
        assert secret not in written


def test_the_bytes_of_a_file_are_left_out(db):
    sql(
        "INSERT INTO kept_files (sha256, media_type, size, data, uploaded_at) VALUES"
        " (encode(sha256('abc'), 'hex'), 'image/png', 3, 'abc', now())"
    )

    ((_, _, _, after),) = changes("kept_files")
    assert (after["size"], "data" in after) == (3, False)


def test_an_event_that_disappears_before_its_time_is_recorded(submitted):
    gone = Event.objects.order_by("id").first()

    sql("DELETE FROM outbox_delivery")
    sql("DELETE FROM outbox_event WHERE id = %s", [gone.pk])

    ((operation, key, before, _),) = changes("outbox_event")
    assert (operation, key, before["name"]) == ("DELETE", str(gone.uuid), gone.name)
    assert before["payload"] == MASK
    assert gone.actor_label not in str(before)


def test_an_event_that_is_pruned_is_not_recorded(submitted):
    sql("DELETE FROM outbox_delivery")
    sql("UPDATE outbox_event SET occurred_at = now() - interval '90 days'")
    trail.forget_changes()

    sql("DELETE FROM outbox_event")

    assert changes("outbox_event") == []
    assert not Event.objects.exists()


def test_who_was_connected_is_written_down(question):
    sql("SET LOCAL application_name = 'psql'")
    sql("UPDATE questions SET subject = 'Law'")

    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, host(inet_client_addr())")
        role, address = cursor.fetchone()
    assert Change.objects.get().session == " · ".join(filter(None, [role, "psql", address]))


def test_a_change_belongs_to_its_transaction(question):
    Question.objects.update(subject="Law")

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        assert Change.objects.get().transaction_id == cursor.fetchone()[0]


def test_what_is_rolled_back_is_not_recorded(question):
    with transaction.atomic():
        Question.objects.update(subject="Law")
        transaction.set_rollback(True)

    assert changes("questions") == []


def test_a_role_without_rights_on_the_trail_is_recorded(question):
    role = f"r{uuid.uuid4().hex}"
    sql(f"CREATE ROLE {role}")
    sql(f"GRANT SELECT, UPDATE ON questions TO {role}")
    sql(f"SET LOCAL ROLE {role}")
    sql("UPDATE questions SET subject = 'Law'")
    sql("RESET ROLE")

    assert len(changes("questions")) == 1


def test_a_temporary_table_does_not_take_the_place_of_the_real_one(question):
    sql("CREATE TEMPORARY TABLE audit_change (LIKE audit_change INCLUDING ALL)")
    sql("UPDATE questions SET subject = 'Law'")
    sql("DROP TABLE pg_temp.audit_change")

    assert len(changes("questions")) == 1


def test_every_recorded_table_is_watched(db):
    assert triggers.unwatched() == set()


def test_installing_again_changes_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(4 + 2):
        triggers.install()


ON_QUESTIONS = "ALTER TABLE questions {} TRIGGER audit_capture"
A_FUNCTION = "FUNCTION audit_capture() RETURNS trigger LANGUAGE plpgsql"


@pytest.mark.parametrize(
    ("statement", "is_seen_on"),
    [
        (ON_QUESTIONS.format("DISABLE"), {"questions"}),
        (ON_QUESTIONS.format("ENABLE"), {"questions"}),
        ("DROP TRIGGER audit_capture ON questions", {"questions"}),
        ("DROP TRIGGER audit_capture_truncate ON questions", {"questions"}),
        (
            "CREATE OR REPLACE TRIGGER audit_capture AFTER UPDATE ON questions FOR EACH ROW"
            " WHEN (NEW.subject = 'x') EXECUTE FUNCTION audit_capture('a', '{}', '{}', '{}', '')",
            {"questions"},
        ),
        (
            f"CREATE OR REPLACE {A_FUNCTION} AS $$ BEGIN RETURN NULL; END $$",
            {"questions", "auth_group"},
        ),
    ],
)
def test_a_trigger_that_was_tampered_with_is_seen_and_mended(db, statement, is_seen_on):
    sql(statement)
    seen = triggers.unwatched()

    triggers.install()

    assert is_seen_on <= seen
    assert triggers.unwatched() == set()


def test_a_trigger_of_a_table_that_is_no_longer_recorded_goes(db):
    sql(
        "CREATE TRIGGER audit_capture AFTER UPDATE ON outbox_delivery FOR EACH ROW"
        " EXECUTE FUNCTION audit_capture('id', '{}', '{}', '{}', '')"
    )

    triggers.install()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname = 'audit_capture'"
            " AND tgrelid = 'outbox_delivery'::regclass"
        )
        assert cursor.fetchone()[0] == 0

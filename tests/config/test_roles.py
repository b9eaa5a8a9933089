"""Two roles of the database, on a server that an earlier release filled as postgres."""

import os
import subprocess
import sys

import psycopg2
import pytest
from psycopg2 import errors

from config import postgres, roles
from tests.processes import ROOT

pytestmark = pytest.mark.slow

TRAIL = ("entry", "record", "link", "node", "batch", "seal", "key", "segment")
HARMLESS_ENTRY = (
    "INSERT INTO audit_record (sequence, leaf, body) VALUES (1, '\\x00', 'body');"
    " INSERT INTO audit_key (name, key) VALUES ('person:asha', '\\x01');"
    ' INSERT INTO audit_change ("table", operation, object_id, session)'
    " VALUES ('questions', 'UPDATE', 'q-1', 'tests')"
)


class Product:
    """A database of the product and whoever signs in to it."""

    def __init__(self, var):
        self.var = var
        self.server = postgres.Server(var / "postgres", {"fsync": "off"})

    def manage(self, *command, **environment):
        clean = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env={**clean, "VAR_DIR": str(self.var), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def as_(self, role):
        return psycopg2.connect(postgres.url(self.var / "postgres", role=role))

    def run(self, role, statement):
        connection = self.as_(role)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    product = Product(tmp_path_factory.mktemp("product"))
    superuser = product.server.start()
    before = product.manage("migrate", "-v0", DATABASE_URL=superuser)
    assert before.returncode == 0, before.stderr
    product.run("postgres", HARMLESS_ENTRY)
    roles.furnish(
        superuser,
        owner=roles.Role(name=postgres.OWNER),
        application=roles.Role(name=postgres.APPLICATION),
    )
    after = product.manage("migrate", "-v0")
    assert (after.returncode, after.stderr) == (0, "")
    yield product
    product.server.stop()


@pytest.fixture
def application(product):
    return lambda statement: product.run(postgres.APPLICATION, statement)


@pytest.fixture
def owner(product):
    return lambda statement: product.run(postgres.OWNER, statement)


def test_the_owner_takes_over_everything_that_another_made(product, owner):
    others = owner(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relowner <> current_user::regrole"
        " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND proowner <> current_user::regrole AND NOT EXISTS ("
        "SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
    )

    assert others == []


def test_the_owner_is_no_superuser(owner):
    assert owner("SELECT current_setting('is_superuser')") == [("off",)]


def test_the_application_may_read_and_add_to_the_trail(application):
    for table in TRAIL:
        application(f"SELECT * FROM audit_{table}")
    application("INSERT INTO audit_link (kind, object_id, sequence) VALUES ('task', 't-1', 1)")


@pytest.mark.parametrize("table", TRAIL)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_{0} SET {1} = {1}",
        "DELETE FROM audit_{0}",
        "TRUNCATE audit_{0}",
        "LOCK TABLE audit_{0} IN SHARE MODE",
        "ALTER TABLE audit_{0} DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_{0}_refuses_change ON audit_{0}",
        "CREATE TRIGGER mine BEFORE INSERT ON audit_{0}"
        " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE RULE mine AS ON INSERT TO audit_{0} DO INSTEAD NOTHING",
        "ALTER TABLE audit_{0} OWNER TO imprimatur_app",
        "DROP TABLE audit_{0}",
    ],
)
def test_the_application_may_do_no_more_with_the_trail(application, table, statement):
    column = {"node": "level", "key": "name", "segment": "first"}.get(table, "sequence")
    column = {"batch": "size", "seal": "size"}.get(table, column)

    with pytest.raises((errors.InsufficientPrivilege, errors.InvalidGrantOperation)):
        application(statement.format(table, column))


def test_the_application_cannot_give_itself_rights(application):
    rights = "SELECT relacl::text FROM pg_class WHERE relname = 'audit_record'"
    before = application(rights)

    application("GRANT ALL ON audit_record TO imprimatur_app")

    assert application(rights) == before


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_change SELECT * FROM audit_change",
        "UPDATE audit_change SET object_id = ''",
        "DELETE FROM audit_change",
        "TRUNCATE audit_change",
        "UPDATE audit_hold SET reason = ''",
        "DELETE FROM audit_hold",
        "DELETE FROM audit_person",
        "DELETE FROM audit_sent_head",
        "DELETE FROM django_migrations",
        "TRUNCATE outbox_event",
    ],
)
def test_the_application_has_only_the_rights_it_needs(application, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        application(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE imprimatur_owner",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION imprimatur_owner",
        "SET session_replication_role = replica",
        "CREATE TABLE public.mine (id int)",
        "CREATE FUNCTION public.audit_destroy_keys(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "ALTER ROLE imprimatur_app SUPERUSER",
        "GRANT imprimatur_owner TO imprimatur_app",
        "ALTER FUNCTION audit_destroy_keys(text[]) SECURITY INVOKER",
        "CREATE EXTENSION dblink",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('postgresql.conf')",
        "DROP DATABASE imprimatur",
    ],
)
def test_the_application_does_not_become_anybody_else(product, statement):
    connection = product.as_(postgres.APPLICATION)
    connection.autocommit = True
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.Error):
        cursor.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_record SET body = ''",
        "DELETE FROM audit_record",
        "TRUNCATE audit_record",
        "UPDATE audit_key SET key = NULL",
        "DELETE FROM audit_change",
        "SELECT set_config('audit.door', 'open', true); DELETE FROM audit_entry",
        "DO $$ BEGIN /* PL/pgSQL function audit_destroy_keys(text[]) */"
        " UPDATE audit_key SET key = NULL; END $$",
    ],
)
def test_triggers_refuse_the_owner(owner, statement):
    with pytest.raises(errors.RestrictViolation, match="append-only"):
        owner(statement)


def test_the_owner_cannot_switch_all_triggers_off_for_itself(owner):
    with pytest.raises(errors.InsufficientPrivilege):
        owner("SET session_replication_role = replica")


@pytest.mark.parametrize(
    "call",
    [
        "audit_drop_changes(NULL)",
        "audit_destroy_keys(NULL)",
        "audit_destroy_keys(ARRAY['person:'])",
        "audit_remove_archived(1, 1)",
        "audit_remove_archived(NULL, NULL)",
    ],
)
def test_the_functions_refuse_arguments_that_name_nothing(application, call):
    with pytest.raises(errors.InvalidParameterValue):
        application(f"SELECT {call}")


def test_a_temporary_table_leads_no_function_astray(product):
    connection = product.as_(postgres.APPLICATION)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE audit_segment AS SELECT 1::bigint AS first, 1::bigint AS last"
        )
        cursor.execute("CREATE TEMPORARY TABLE audit_seal AS SELECT 1::bigint AS size")

        with pytest.raises(errors.InvalidParameterValue, match="no archived segment"):
            cursor.execute("SELECT audit_remove_archived(1, 1)")
    connection.close()


def test_the_application_may_destroy_a_key(application):
    assert application("SELECT audit_destroy_keys(ARRAY['person:nobody'])") == [(1,)]


def test_changes_of_the_application_are_captured(application):
    application("INSERT INTO auth_group (name) VALUES ('captured')")

    assert application(
        "SELECT operation FROM audit_change WHERE \"table\" = 'auth_group'"
        " AND after ->> 'name' = 'captured'"
    ) == [("INSERT",)]


def test_commands_by_hand_sign_in_as_the_application(product):
    told = product.manage(
        "shell", "-c", "from django.db import connection as c; print(c.settings_dict['USER'])"
    )

    assert told.stdout.split()[-1] == "imprimatur_app"


def test_migrating_again_changes_no_right(product, owner):
    rights = "SELECT relname, relacl::text FROM pg_class WHERE relname LIKE 'audit%' ORDER BY 1"
    before = owner(rights)

    product.manage("migrate", "-v0")

    assert owner(rights) == before


def test_a_table_made_later_may_be_read_and_added_to(owner, application):
    owner("CREATE TABLE made_later (id int)")

    application("INSERT INTO made_later VALUES (1)")
    with pytest.raises(errors.InsufficientPrivilege):
        application("DELETE FROM made_later")
    owner("DROP TABLE made_later")


def test_with_two_roles_check_has_nothing_to_say(product):
    assert "config.W002" not in product.manage("check").stderr


def test_one_role_for_everything_works_and_is_warned_of(product):
    told = product.manage("check", DATABASE_URL=postgres.url(product.server.data))

    assert told.returncode == 0
    assert "The database role postgres may change the audit trail." in told.stderr


def test_an_administrator_makes_roles_with_passwords(product):
    superuser = postgres.url(product.server.data)
    host = superuser.partition("?")[2]
    said = {
        "DATABASE_ADMIN_URL": superuser.replace("/imprimatur?", "/second?"),
        "DATABASE_OWNER_URL": f"postgresql://second_owner:hush@/second?{host}",
        "DATABASE_URL": f"postgresql://second_app:hush@/second?{host}",
    }
    connection = product.as_("postgres")
    connection.autocommit = True
    connection.cursor().execute("CREATE DATABASE second")

    made = product.manage("database_roles", **said)
    migrated = product.manage("migrate", "-v0", **said)
    checked = product.manage("check", **said)

    assert made.stdout == "second_owner owns the database, second_app may use it.\n"
    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert "W002" not in checked.stderr
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_authid"
            " WHERE rolname LIKE 'second%' AND rolpassword LIKE 'SCRAM%'"
        )
        assert cursor.fetchone() == (2,)
    connection.close()


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "Set DATABASE_ADMIN_URL"),
        (
            {"DATABASE_ADMIN_URL": "postgresql://a@/x", "DATABASE_URL": "postgresql://b@/x"},
            "Set DATABASE_OWNER_URL",
        ),
        (
            {
                "DATABASE_ADMIN_URL": "postgresql://a@/x",
                "DATABASE_URL": "postgresql://b@/x",
                "DATABASE_OWNER_URL": "postgresql://b@/x",
            },
            "the application needs its own",
        ),
    ],
    ids=["no administrator", "no owner", "one name"],
)
def test_what_is_missing_for_the_roles_is_said(product, environment, words):
    refused = product.manage("database_roles", **environment)

    assert refused.returncode == 1
    assert words in refused.stderr


def test_the_application_may_erase_a_person(product, application):
    application(
        "INSERT INTO accounts_user (id, email, name, password, is_superuser, is_staff, is_active,"
        " keyboard_shortcuts, date_joined) VALUES (gen_random_uuid(), 'mina@example.com',"
        " 'Mina Brandt', '', false, false, true, true, now())"
    )

    erased = product.manage("erase_person", "mina@example.com", "--yes")

    assert (erased.returncode, erased.stderr) == (0, "")
    assert "Brandt" not in str(application("SELECT * FROM accounts_user"))
    assert "Brandt" not in str(application("SELECT before, after FROM audit_change"))

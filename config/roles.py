"""
Two roles of the database: one owns the tables and migrates, the other is what processes sign in as.

An administrator of the server makes both, once (`manage.py database_roles`; `manage.py up` does it
on its own server). What the application may do with each table, `migrate` grants: config.grants.
"""

from dataclasses import dataclass

import psycopg2
from psycopg2 import extensions, sql

# Not a right that the application has elsewhere: whoever may create in a schema may put functions
# into the way of others.
_ROLE = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"

# Tables of an earlier release belong to whoever ran it. Sequences follow their tables.
_TAKE_OVER = """
DO $take_over$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        SELECT format(
            'ALTER %s public.%I OWNER TO {owner}',
            CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW'
                WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
            relname
        )
        FROM pg_class AS thing
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
            AND relowner <> {name}::regrole
            AND NOT EXISTS (
                SELECT 1 FROM pg_depend
                WHERE classid = 'pg_class'::regclass AND objid = thing.oid
                    AND deptype IN ('a', 'e', 'i')
            )
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO {owner}', thing.oid::regprocedure)
        FROM pg_proc AS thing
        WHERE pronamespace = 'public'::regnamespace AND proowner <> {name}::regrole
            AND NOT EXISTS (
                SELECT 1 FROM pg_depend
                WHERE classid = 'pg_proc'::regclass AND objid = thing.oid AND deptype = 'e'
            )
    LOOP
        EXECUTE statement;
    END LOOP;
END
$take_over$
"""


@dataclass(frozen=True, kw_only=True)
class Role:
    """Who signs in. Without a password theirs is left as it is."""

    name: str
    password: str = ""


def furnish(administrator: str, *, owner: Role, application: Role) -> None:
    """
    Make both roles and give the owner the database and all that is in it. May be repeated.

    `administrator` is the address of the database for somebody who may do that.
    """
    connection = psycopg2.connect(administrator)
    try:
        with connection, connection.cursor() as cursor:
            for role in (owner, application):
                _make(cursor, role)
            _hand_over(cursor, connection.info.dbname, owner.name, application.name)
    finally:
        connection.close()


def _make(cursor: extensions.cursor, role: Role) -> None:
    name = sql.Identifier(role.name)
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role.name])
    if cursor.fetchone() is None:
        cursor.execute(sql.SQL(f"CREATE ROLE {{}} {_ROLE}").format(name))
    if role.password:
        cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD %s").format(name), [role.password])


def _hand_over(cursor: extensions.cursor, database: str, owner: str, application: str) -> None:
    names = {
        "database": sql.Identifier(database),
        "owner": sql.Identifier(owner),
        "application": sql.Identifier(application),
        "name": sql.Literal(owner),
    }
    cursor.execute("SELECT current_setting('is_superuser') = 'on' OR current_user = %s", [owner])
    (is_able,) = cursor.fetchone() or (False,)
    if not is_able:  # who is no superuser has to be a member to hand something over
        cursor.execute(sql.SQL("GRANT {owner} TO CURRENT_USER").format(**names))
    for statement in (
        "ALTER DATABASE {database} OWNER TO {owner}",
        "REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {application}",
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {application}",
        _TAKE_OVER,
    ):
        cursor.execute(sql.SQL(statement).format(**names))

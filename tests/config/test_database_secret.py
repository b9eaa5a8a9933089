"""Signing in to PostgreSQL with what a secret holds, on a server that asks for passwords."""

import json
import uuid

import psycopg2
import pytest
from django.db import OperationalError, connections

from config.database import credentials
from config.database.base import DatabaseWrapper
from config.postgres import DATABASE, Server
from core import aws

USER = "imprimatur"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with one user whose password counts."""
    server = Server(tmp_path_factory.mktemp("server") / "postgres", {"fsync": "off"})
    address = server.start(output=None)
    rules = server.data / "pg_hba.conf"
    rules.write_text("local all postgres trust\nlocal all all scram-sha-256\n")
    connection = psycopg2.connect(address)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {USER} LOGIN")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()
    yield server
    server.stop()


@pytest.fixture
def set_password(server):
    """Change the password, and end every session as a rotation may."""
    command = server.command()
    host = command[command.index("-k") + 1]

    def change(password):
        admin = psycopg2.connect(host=host, user="postgres", dbname=DATABASE)
        with admin, admin.cursor() as cursor:
            cursor.execute(f"ALTER ROLE {USER} PASSWORD %s", [password])
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [USER]
            )
        admin.close()

    change.host = host
    return change


@pytest.fixture
def secret(on_aws, set_password):
    """A secret that holds the right password, "first"."""
    name = f"database-{uuid.uuid4().hex}"
    set_password("first")
    aws.client("secretsmanager").create_secret(
        Name=name, SecretString=said(set_password.host, "first")
    )
    credentials.forget()
    yield name
    credentials.forget()


@pytest.fixture
def database(secret, django_db_blocker):
    """A connection by that secret, as Django would make it."""
    wanted = {"default": {}, "secret": {"ENGINE": "config.database", "SECRET": secret}}
    wrapper = DatabaseWrapper(connections.configure_settings(wanted)["secret"], "default")
    with django_db_blocker.unblock():
        yield wrapper
        wrapper.close()


def said(host, password):
    return json.dumps(
        {
            "engine": "postgres",
            "username": USER,
            "password": password,
            "host": host,
            "port": 5432,
            "dbname": DATABASE,
        }
    )


def rotate(secret, set_password, password):
    set_password(password)
    aws.client("secretsmanager").put_secret_value(
        SecretId=secret, SecretString=said(set_password.host, password)
    )


def who(database):
    with database.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        return cursor.fetchone()


def no_aws(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    aws.forget()


def test_it_signs_in_as_the_secret_says(database):
    assert who(database) == (USER, DATABASE)


def test_a_changed_password_is_read_anew(database, secret, set_password):
    who(database)
    rotate(secret, set_password, "second")
    credentials._asked_at.clear()
    database.close()

    assert who(database) == (USER, DATABASE)


def test_secrets_manager_may_be_away_while_the_password_is_good(database, monkeypatch):
    who(database)
    no_aws(monkeypatch)
    database.close()

    assert who(database) == (USER, DATABASE)


def test_a_wrong_password_stays_an_error(database, secret, set_password):
    who(database)
    set_password("nobody knows")
    credentials._asked_at.clear()
    database.close()

    with pytest.raises(OperationalError, match="password authentication failed"):
        who(database)


def test_a_server_that_refuses_everybody_does_not_make_us_ask_on_and_on(
    database, secret, set_password
):
    who(database)
    set_password("nobody knows")
    database.close()
    asked = credentials._asked_at[secret]

    for _ in range(3):
        with pytest.raises(OperationalError):
            who(database)

    assert credentials._asked_at[secret] == asked


def test_credentials_that_cannot_be_read_are_a_database_error(database, monkeypatch):
    no_aws(monkeypatch)

    with pytest.raises(OperationalError, match=r"The secret database-\w+ cannot be read"):
        who(database)


@pytest.mark.parametrize("content", ["not JSON: hunter2", '["hunter2"]'])
def test_a_secret_of_another_shape_is_said_without_its_content(database, secret, content):
    aws.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=content)

    with pytest.raises(OperationalError, match="not of the shape RDS writes") as refusal:
        who(database)

    assert "hunter2" not in str(refusal.value)


def test_the_live_listener_signs_in_the_same_way(database, secret, set_password):
    who(database)
    rotate(secret, set_password, "third")
    credentials._asked_at.clear()
    parameters = {**database.get_connection_params(), "application_name": "imprimatur live"}

    connection = database.get_new_connection(parameters)

    assert connection.info.parameter_status("application_name") == "imprimatur live"
    connection.close()

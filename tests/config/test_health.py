import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


def test_a_process_that_answers_is_up(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_up_needs_no_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        client.get("/healthz")


@pytest.mark.django_db
def test_ready_once_every_migration_is_there(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "migrations": "ok"})


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client):
    MigrationRecorder(connection).migration_qs.filter(app="outbox").delete()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (
        503,
        {"database": "ok", "migrations": "missing"},
    )


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_only_reading_is_allowed(client, path):
    assert client.post(path).status_code == 405

"""An entry is written once: the model refuses to change it, and so does the database."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Entry
from tests.audit import trail

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return trail.entry(1, text="Asha broke a seal.")


def test_saving_an_entry_again_is_refused(entry):
    entry.text = "Nobody did anything."

    with pytest.raises(TypeError, match="append-only"):
        entry.save()


def test_deleting_an_entry_is_refused(entry):
    with pytest.raises(TypeError, match="append-only"):
        entry.delete()


def test_changing_many_entries_is_refused(entry):
    with pytest.raises(TypeError, match="append-only"):
        Entry.objects.update(text="")


def test_deleting_many_entries_is_refused(entry):
    with pytest.raises(TypeError, match="append-only"):
        Entry.objects.all().delete()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET text = ''",
        "UPDATE audit_entry SET text = '' WHERE false",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
    ],
)
def test_the_database_refuses(entry, statement):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_refuses_truncate")

        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement)

    assert Entry.objects.get().text == "Asha broke a seal."


def test_a_second_entry_for_the_same_event_is_refused(entry):
    entry.pk = 2
    entry._state.adding = True

    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()

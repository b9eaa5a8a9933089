"""Two at once, and killed in the middle: made certain by a lock that is held open."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction

from approvals import services
from approvals.exceptions import ImportNotReady
from approvals.models import Question, QuestionImport, QuestionVersion
from outbox.models import Event
from tests.conftest import wait_until_someone_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
HEADER = "question,a,b,answer\n"
SUM = "What is 1 + 1?,2,3,A\n"
OTHER = "What is 1 + 2?,2,3,B\n"


def checked(actor, text=HEADER + SUM):
    kept = services.upload_questions(file_name="q.csv", data=text.encode(), actor=actor)
    services.check_import(import_id=kept.pk)
    return kept


def at_once(first, second):
    """Call both: the second begins before the first has committed. Returns result and future."""

    def call():
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            result = first()
            future = pool.submit(call)
            wait_until_someone_waits_for_a_lock()
        future.exception(timeout=10)
    return result, future


def test_the_same_file_uploaded_twice_at_once_is_one_import(ben):
    def upload():
        return services.upload_questions(file_name="q.csv", data=(HEADER + SUM).encode(), actor=ben)

    first, second = at_once(upload, upload)

    assert second.result().pk == first.pk
    assert QuestionImport.objects.count() == 1


def test_two_workers_take_one_import_in_once(ben):
    kept = checked(ben)
    services.confirm_import(import_id=kept.pk, actor=ben)

    def take_in():
        return services.import_checked_rows(import_id=kept.pk, actor=ben.as_actor())

    at_once(take_in, take_in)

    assert Question.objects.count() == 1
    assert Event.objects.filter(name="approvals.questions_imported").count() == 1


def test_two_files_with_the_same_question_at_once_bring_it_once(ben, admin_person):
    mine, theirs = checked(ben), checked(admin_person, HEADER + SUM + OTHER)
    services.confirm_import(import_id=mine.pk, actor=ben)
    services.confirm_import(import_id=theirs.pk, actor=admin_person)

    _, second = at_once(
        lambda: services.import_checked_rows(import_id=mine.pk, actor=ben.as_actor()),
        lambda: services.import_checked_rows(import_id=theirs.pk, actor=ben.as_actor()),
    )

    assert (second.result().imported, second.result().duplicates) == (1, 1)
    assert Question.objects.count() == 2


def test_of_discarding_and_confirming_at_once_only_the_first_happens(ben):
    kept = checked(ben)

    _, second = at_once(
        lambda: services.discard_import(import_id=kept.pk, actor=ben),
        lambda: services.confirm_import(import_id=kept.pk, actor=ben),
    )

    assert isinstance(second.exception(), ImportNotReady)
    assert QuestionImport.objects.get().status == "DISCARDED"


def command(path, *arguments):
    """`manage.py import_questions` as a process of its own, on the tests' database."""
    server, _, query = os.environ["TEST_DATABASE_URL"].partition("?")
    database = f"{server.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{query}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_questions", str(path), *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_an_import_killed_in_its_middle_leaves_nothing_and_can_go_on(ben, tmp_path):
    path = tmp_path / "q.csv"
    rows = "".join(f"What is {number} + 1?,{number + 1},x,A\n" for number in range(3000))
    path.write_text(HEADER + rows)

    with transaction.atomic(), connection.cursor() as cursor:
        # The questions go in, their versions have to wait: the very middle.
        cursor.execute("LOCK TABLE question_versions IN SHARE MODE")
        process = command(path, "--as", ben.email)
        wait_until_someone_waits_for_a_lock(seconds=30)
        process.send_signal(signal.SIGKILL)
        process.communicate()

    kept = QuestionImport.objects.get()
    assert (kept.status, Question.objects.count()) == ("IMPORTING", 0)

    again = command(path, "--as", ben.email)
    assert "3,000 questions imported." in again.communicate(timeout=60)[0]
    assert Question.objects.count() == QuestionVersion.objects.count() == 3000
    assert QuestionImport.objects.count() == 1


@pytest.mark.slow
def test_100000_rows_come_in_whole(ben, tmp_path):
    path = tmp_path / "q.csv"
    with path.open("w") as file:
        file.write(HEADER)
        for number in range(100_000):
            file.write(f"What is {number} + 1?,{number + 1},x,A\n")

    output, _ = command(path, "--as", ben.email).communicate(timeout=300)

    assert "100,000 questions imported." in output
    assert Question.objects.count() == 100_000

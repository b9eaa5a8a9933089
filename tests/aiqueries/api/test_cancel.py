"""DELETE /api/v1/ai/query/{id}/"""

from uuid import uuid4

import pytest
from django.utils import timezone

from aiqueries.kinds import Status
from aiqueries.models import Query
from tests.aiqueries.api.conftest import asked, assert_refused

pytestmark = pytest.mark.django_db


def cancel(program, query_id, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return program.delete(f"/api/v1/ai/query/{query_id}/", headers=named)


def test_what_waits_is_cancelled_at_once(as_ben, query):
    answer = cancel(as_ben, query.pk)

    assert (answer.status_code, answer.json()["status"]) == (200, "CANCELLED")
    assert "Retry-After" not in answer
    assert Query.objects.get().status == Status.CANCELLED


def test_the_worker_of_what_runs_is_told(as_ben, ben):
    query = asked(ben, status=Status.RUNNING, turn=1)

    answer = cancel(as_ben, query.pk)

    assert (answer.status_code, answer.json()["status"]) == (202, "RUNNING")
    assert answer.json()["cancel_asked_at"] is not None
    assert answer["Retry-After"] == "1"


def test_a_second_time_changes_nothing(as_ben, query):
    first = cancel(as_ben, query.pk)
    second = cancel(as_ben, query.pk)

    assert (second.status_code, second.json()) == (200, first.json())
    assert second["ETag"] == first["ETag"]


@pytest.mark.parametrize("status", [Status.SUCCEEDED, Status.FAILED, Status.EXPIRED])
@pytest.mark.parametrize("asked_before", [False, True], ids=["at once", "asked before"])
def test_what_has_ended_otherwise_cannot_be_cancelled(as_ben, ben, status, asked_before):
    now = timezone.now()
    query = asked(
        ben, status=status, finished_at=now, cancel_asked_at=now if asked_before else None
    )

    assert_refused(cancel(as_ben, query.pk), 409, "query_ended")
    assert Query.objects.get().status == status


def test_only_what_was_seen_is_cancelled(as_ben, query):
    seen = as_ben.read(f"ai/query/{query.pk}/")["ETag"]
    Query.objects.update(position=5)

    answer = cancel(as_ben, query.pk, If_Match=seen)

    assert_refused(answer, 412, "precondition_failed")
    assert Query.objects.get().status == Status.QUEUED


def test_what_is_as_it_was_seen_is_cancelled(as_ben, query):
    seen = as_ben.read(f"ai/query/{query.pk}/")["ETag"]

    assert cancel(as_ben, query.pk, If_Match=seen).status_code == 200


def test_an_administrator_may_cancel(as_admin, query):
    assert cancel(as_admin, query.pk).status_code == 200


def test_unknown_and_foreign_are_the_same_to_the_byte(as_asha, query):
    foreign = cancel(as_asha, query.pk, X_Request_ID="request-4711")
    unknown = cancel(as_asha, uuid4(), X_Request_ID="request-4711")

    assert_refused(foreign, 404, "query_not_found")
    assert foreign.content == unknown.content
    assert Query.objects.get().status == Status.QUEUED

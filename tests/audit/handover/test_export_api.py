"""Exports by API: ask, look, fetch; refusals have names."""

from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from audit.models import Export
from audit.services import exporting
from tests.audit.handover.conftest import sealed_up_to

pytestmark = pytest.mark.django_db
URL = "/api/v1/audit/exports/"


@pytest.fixture
def api(vera):
    client = APIClient()
    client.force_authenticate(vera)
    return client


def test_asking_answers_where_to_look(api, vera):
    answer = api.post(URL, {"action": "accounts.signed_in"}, format="json")

    export = Export.objects.get()
    assert answer.status_code == 202
    assert answer["Location"] == f"http://testserver{URL}{export.pk}/"
    assert answer.json()["status"] == "WAITING"
    assert answer.json()["asked_by"] == str(vera.pk)


def test_a_finished_one_tells_its_size_and_is_fetched(api):
    sealed_up_to(2)
    api.post(URL, {}, format="json")
    exporting.make_exports(seconds=60)
    (found,) = api.get(URL).json()["results"]

    answer = api.get(f"{URL}{found['id']}/content/")

    assert (found["status"], found["percent"], found["written"]) == ("FINISHED", 100, 2)
    assert len(b"".join(answer.streaming_content)) == found["zip_size"]


def test_the_table_is_fetched_by_name(api):
    sealed_up_to(1)
    api.post(URL, {}, format="json")
    exporting.make_exports(seconds=60)

    answer = api.get(f"{URL}{Export.objects.get().pk}/content/?file=entries.csv")

    assert b"".join(answer.streaming_content).startswith(b'\xef\xbb\xbf"sequence"')


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"since": "soon"}, 400, "validation_error", "since"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, 422, "invalid", "until"),
        ({"kind": "task"}, 422, "invalid", "thing"),
    ],
    ids=["no day", "days", "half a thing"],
)
def test_refusals_name_the_field(api, body, status, code, field):
    answer = api.post(URL, body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["errors"][0]["field"] == field
    assert not Export.objects.exists()


def test_one_that_is_not_there_is_not_found(api):
    answer = api.get(f"{URL}{uuid4()}/")

    assert (answer.status_code, answer.json()["code"]) == (404, "export_not_found")


def test_one_that_is_not_ready_says_so(api):
    api.post(URL, {}, format="json")

    answer = api.get(f"{URL}{Export.objects.get().pk}/content/")

    assert (answer.status_code, answer.json()["code"]) == (409, "export_not_ready")


def test_an_administrator_takes_no_names(admin_person):
    admin_person.is_superuser = False
    admin_person.save()
    client = APIClient()
    client.force_authenticate(admin_person)

    answer = client.post(URL, {"with_names": True}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (403, "names_are_for_auditors")


def test_others_may_not(ben):
    client = APIClient()
    client.force_authenticate(ben)

    assert client.get(URL).status_code == 403
    assert client.post(URL, {}, format="json").status_code == 403

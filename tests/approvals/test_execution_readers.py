import pytest
from rest_framework.test import APIClient

from approvals.readers import whoever_sees_the_request


@pytest.fixture
def asked(submit, deliver_all):
    request = submit()
    deliver_all()
    return request


def status(person, asked, path=""):
    client = APIClient()
    client.force_authenticate(person)
    return client.get(f"/api/v1/executions/{asked.execution_name}/{path}").status_code


def test_the_requester_reads_the_execution(asked, ben):
    assert status(ben, asked) == 200
    assert status(ben, asked, "history/") == 200


def test_the_assessor_reads_the_execution(asked, asha):
    assert status(asha, asked) == 200


def test_somebody_without_business_here_does_not(asked, cleo):
    assert status(cleo, asked) == 404


@pytest.mark.parametrize("change", [str.upper, lambda name: name.replace("-", ""), lambda _: "x"])
def test_only_the_exact_name_counts(asked, ben, change):
    assert not whoever_sees_the_request(ben, change(asked.execution_name))


def test_the_requests_page_shows_the_diagram(client, asked, ben):
    client.force_login(ben)

    page = client.get(f"/requests/{asked.pk}/").content.decode()

    assert "flow-drawing" in page
    assert f"/executions/{asked.execution_name}/" in page


def test_the_page_is_there_before_the_workflow_has_started(client, submit, ben):
    asked = submit()
    client.force_login(ben)

    page = client.get(f"/requests/{asked.pk}/").content.decode()

    assert "flow-drawing" not in page

import pytest
from django.urls import reverse

from accounts import roles
from outbox.models import Event
from tests.cast import person
from tests.workflows.conftest import token_of
from workflows import services
from workflows.models import Definition, Execution

LIST = "admin:workflows_execution_changelist"


@pytest.fixture
def administrator(client, admin_person):
    client.force_login(admin_person)
    return client


def test_executions_are_listed(administrator, started):
    page = administrator.get(reverse(LIST))

    assert "approval-1" in page.content.decode()


def test_an_execution_is_shown_with_its_history_and_without_its_token(administrator, started):
    url = reverse("admin:workflows_execution_change", args=[started.pk])

    page = administrator.get(url).content.decode()

    assert "TaskSubmitted" in page
    assert token_of(started) not in page


def test_a_definition_is_shown(administrator, started):
    url = reverse("admin:workflows_definition_change", args=[Definition.objects.get().pk])

    assert "AssignToAssessor" in administrator.get(url).content.decode()


def test_nothing_can_be_edited(administrator, started):
    url = reverse("admin:workflows_execution_change", args=[started.pk])

    answer = administrator.post(url, {"status": "SUCCEEDED"})

    assert answer.status_code == 403
    assert Execution.objects.get().status == "RUNNING"


def test_selected_executions_are_stopped_after_the_commit(administrator, started, deliver_all):
    other = services.start_execution(name="approval-2", input=started.input)

    administrator.post(reverse(LIST), {"action": "stop", "_selected_action": [str(started.pk)]})
    started.refresh_from_db()
    assert started.status == "RUNNING"
    deliver_all()

    started.refresh_from_db()
    other.refresh_from_db()
    assert (started.status, started.error) == ("ABORTED", "Stopped")
    assert started.cause == "Stopped by Admin Admin in the admin."
    assert other.status == "RUNNING"


def test_who_stopped_an_execution_is_on_record(administrator, started):
    administrator.post(reverse(LIST), {"action": "stop", "_selected_action": [str(started.pk)]})

    event = Event.objects.get(name="workflows.stop_requested")
    assert (event.payload["execution"], event.actor_label) == ("approval-1", "Admin Admin")


def test_an_administrator_by_role_stops_executions(client, started, deliver_all):
    client.force_login(person("Root Cellar", roles.ADMINISTRATORS, is_staff=True))

    client.post(reverse(LIST), {"action": "stop", "_selected_action": [str(started.pk)]})
    deliver_all()

    started.refresh_from_db()
    assert started.status == "ABORTED"


def test_a_requester_stops_none(client, started):
    client.force_login(person("Kim Lee", roles.REQUESTERS, is_staff=True))

    client.post(reverse(LIST), {"action": "stop", "_selected_action": [str(started.pk)]})

    started.refresh_from_db()
    assert started.status == "RUNNING"

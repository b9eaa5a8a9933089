import pytest
from django.contrib.messages import get_messages
from django.urls import reverse


class Desk:
    """Somebody at work in the admin."""

    def __init__(self, client, user):
        self.client = client
        client.force_login(user)

    def list(self, model, **query):
        return self.client.get(reverse(f"admin:approvals_{model}_changelist"), query)

    def show(self, thing):
        return self.client.get(self._address(thing))

    def save(self, thing, **fields):
        return self.client.post(self._address(thing), fields)

    def act(self, action, *selection, **more):
        """Choose an action for some rows of a list."""
        model = selection[0]._meta.model_name
        chosen = {"action": action, "_selected_action": [str(one.pk) for one in selection]}
        return self.client.post(reverse(f"admin:approvals_{model}_changelist"), chosen | more)

    @staticmethod
    def told(answer):
        return [str(message) for message in get_messages(answer.wsgi_request)]

    @staticmethod
    def _address(thing):
        return reverse(f"admin:approvals_{thing._meta.model_name}_change", args=[thing.pk])


@pytest.fixture
def desk(client, admin_person):
    return Desk(client, admin_person)


@pytest.fixture
def desk_of():
    return Desk

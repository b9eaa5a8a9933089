import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from aiqueries import services


class Desk:
    """Somebody at work in the admin of AI queries."""

    def __init__(self, client, user):
        self.client = client
        client.force_login(user)

    def list(self, model, **query):
        return self.client.get(reverse(f"admin:aiqueries_{model}_changelist"), query)

    def form(self, model):
        return self.client.get(reverse(f"admin:aiqueries_{model}_add"))

    def add(self, of, **fields):
        return self.client.post(reverse(f"admin:aiqueries_{of}_add"), fields)

    def show(self, thing):
        return self.client.get(self._address(thing))

    def save(self, thing, **fields):
        return self.client.post(self._address(thing), fields)

    def act(self, action, *selection):
        model = selection[0]._meta.model_name
        chosen = {"action": action, "_selected_action": [str(one.pk) for one in selection]}
        return self.client.post(reverse(f"admin:aiqueries_{model}_changelist"), chosen)

    @staticmethod
    def told(answer):
        return [str(message) for message in get_messages(answer.wsgi_request)]

    @staticmethod
    def refused(answer):
        """What the form says, by field."""
        form = answer.context["adminform"].form
        return {field: [*errors] for field, errors in form.errors.items()}

    @staticmethod
    def _address(thing):
        return reverse(f"admin:aiqueries_{thing._meta.model_name}_change", args=[thing.pk])


@pytest.fixture
def desk(client, admin_person):
    return Desk(client, admin_person)


@pytest.fixture
def auditors_desk(client, vera):
    vera.is_staff = True
    vera.save(update_fields=["is_staff"])
    return Desk(client, vera)


@pytest.fixture
def query(ben):
    return services.ask_query(prompt="What is a distractor?", actor=ben)

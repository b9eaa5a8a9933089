"""Dead deliveries are replayed by administrators, whether or not they are superusers."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from outbox.models import Delivery, Event
from tests.cast import person


@pytest.fixture
def dead(ring):
    (waiting,) = ring("low")
    Delivery.objects.filter(pk=waiting.pk).update(
        status="DEAD", attempts=8, error="unreachable", finished_at=timezone.now()
    )
    return waiting


def replay(client, delivery):
    chosen = {"action": "replay", "_selected_action": [delivery.pk]}
    return client.post(reverse("admin:outbox_delivery_changelist"), chosen)


def test_an_administrator_by_role_replays(client, dead):
    root = person("Root Cellar", roles.ADMINISTRATORS, is_staff=True)
    client.force_login(root)

    replay(client, dead)

    dead.refresh_from_db()
    assert dead.status == "WAITING"
    assert Event.objects.get(name="outbox.deliveries_replayed").actor_id == str(root.pk)


@pytest.mark.parametrize("role", [roles.REQUESTERS, roles.ASSESSORS, roles.AUDITORS])
def test_nobody_else_does(client, dead, role):
    client.force_login(person("Kim Lee", role, is_staff=True))

    answer = replay(client, dead)

    dead.refresh_from_db()
    assert answer.status_code == 403
    assert dead.status == "DEAD"


@pytest.mark.parametrize("model", ["event", "delivery"])
def test_nothing_is_added_changed_or_deleted_by_hand(client, admin_person, dead, model):
    client.force_login(admin_person)
    thing = {"event": dead.event, "delivery": dead}[model]

    added = client.get(reverse(f"admin:outbox_{model}_add"))
    saved = client.post(reverse(f"admin:outbox_{model}_change", args=[thing.pk]), {})
    deleted = client.post(reverse(f"admin:outbox_{model}_delete", args=[thing.pk]))

    assert [answer.status_code for answer in (added, saved, deleted)] == [403, 403, 403]

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Delivery, PersonSettings, Preference


@pytest.fixture
def in_digest(db):
    """Let people have this kind in their weekly digest."""

    def run(*people, kind="TASK_ASSIGNED", channel="EMAIL", mode="DIGEST"):
        far = (timezone.now() + timedelta(days=3)).weekday()
        for person in people:
            PersonSettings.objects.get_or_create(
                person=person, defaults={"digest_every": "WEEKLY", "digest_weekday": far}
            )
            Preference.objects.create(person=person, kind=kind, channel=channel, mode=mode)

    return run


@pytest.fixture
def ripen(db):
    """Let the time come of everything that is held."""

    def run(**which):
        Delivery.objects.waiting().filter(**which).update(
            due_at=timezone.now() - timedelta(hours=1)
        )

    return run

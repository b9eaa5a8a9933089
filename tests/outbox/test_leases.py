"""A lease is short, and lasts for as long as its worker lives."""

import os
import time

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from outbox import delivery, leases
from outbox.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keeper(monkeypatch):
    """One that is in a hurry."""
    monkeypatch.setattr(leases, "RENEW_EVERY", 0.05)
    monkeypatch.setattr(leases, "YOUNG", 0)
    monkeypatch.setattr(leases, "_keeper", leases._Keeper())


@pytest.fixture
def claimed(ring):
    (waiting,) = ring("low")
    (ours,) = delivery._claim([(waiting.id, 0)])
    return ours


def let_it_lapse(claimed):
    Delivery.objects.filter(pk=claimed.id).update(due_at=Now())


def seconds_left(claimed):
    due_at = Delivery.objects.get(pk=claimed.id).due_at
    return (due_at - timezone.now()).total_seconds()


def is_renewed(claimed, within=3.0):
    until = time.monotonic() + within
    while time.monotonic() < until:
        if seconds_left(claimed) > 10:
            return True
        time.sleep(0.02)
    return False


def test_a_dead_workers_delivery_falls_due_within_a_quarter_of_a_minute(claimed):
    assert 14 < seconds_left(claimed) <= 15


def test_a_lease_is_renewed_while_the_work_goes_on(claimed, keeper):
    let_it_lapse(claimed)

    with leases.kept([(claimed.id, claimed.attempts)]):
        assert is_renewed(claimed)


def test_a_lease_is_not_renewed_once_the_work_is_over(claimed, keeper):
    with leases.kept([(claimed.id, claimed.attempts)]):
        pass
    let_it_lapse(claimed)

    assert not is_renewed(claimed, within=0.3)


def test_a_lease_is_not_renewed_for_longer_than_a_task_may_take(claimed, keeper, settings):
    settings.CELERY_TASK_TIME_LIMIT = 0
    let_it_lapse(claimed)

    with leases.kept([(claimed.id, claimed.attempts)]):
        assert not is_renewed(claimed, within=0.3)


def test_a_renewal_that_fails_is_tried_again(claimed, keeper, monkeypatch):
    monkeypatch.setattr(leases, "AGAIN", 0.05)
    let_it_lapse(claimed)

    with leases.kept([(claimed.id, claimed.attempts)]):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE outbox_delivery RENAME TO away")
            time.sleep(0.3)
            cursor.execute("ALTER TABLE away RENAME TO outbox_delivery")
        assert is_renewed(claimed)


def test_a_lease_that_somebody_else_took_over_is_left_alone(claimed):
    Delivery.objects.filter(pk=claimed.id).update(attempts=2, due_at=Now())

    leases.renew([(claimed.id, 1)])

    assert seconds_left(claimed) <= 0


def test_what_is_settled_is_not_put_off(claimed):
    delivery._settle([claimed])
    let_it_lapse(claimed)

    leases.renew([(claimed.id, claimed.attempts)])

    assert seconds_left(claimed) <= 0


def test_a_forked_worker_keeps_its_own_leases_only(keeper):
    with leases.kept([(1, 1)]):
        child = os.fork()
        if not child:
            anew = leases._keeper
            os._exit(0 if not anew._held and anew._thread is None else 1)
        _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0

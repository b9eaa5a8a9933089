"""Who is looked at in a round, and that there is one round at a time."""

import threading
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from approvals import tasks
from approvals.bridges import reconciling
from approvals.bridges.reconciling import rounds
from approvals.models import ApprovalRequest, Repair
from tests.approvals.conftest import decide
from tests.approvals.reconciling.conftest import (
    fresh,
    let_time_pass,
    lose_deliveries,
    repairs,
    run,
    stop_behind_our_back,
    task_of,
)
from workflows.models import Execution


def test_it_runs_every_minute_and_does_not_pile_up():
    (entry,) = [
        entry
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if entry["task"] == "approvals.reconcile"
    ]

    assert entry["schedule"] == 60
    assert entry["options"]["expires"] < 60
    assert tasks.reconcile.name == "approvals.reconcile"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_leaves(started, asha):
    decide(task_of(started), asha)
    lose_deliveries()
    let_time_pass(minutes=2)
    second = []

    def elsewhere():
        second.append(reconciling.reconcile())
        connections.close_all()

    with rounds._alone() as alone:
        assert alone
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join(10)

    assert second == [None]
    assert repairs() == []
    assert reconciling.reconcile().repaired == {"UNDELIVERED": 1}


def test_a_round_gives_its_lock_back(started):
    run()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE objid = %s", [rounds._LOCK])
        assert cursor.fetchone()[0] == 0


def test_a_second_round_repairs_nothing_again(started, asha, deliver_all):
    decide(task_of(started), asha)
    lose_deliveries()
    run()
    deliver_all()

    report = run()

    assert dict(report.repaired) == {}
    assert repairs() == [("UNDELIVERED", "MADE")]


def test_the_longest_unasked_come_first_and_only_so_many(submit, deliver_all):
    requests = [submit() for _ in range(4)]
    deliver_all()
    run()
    for number, request in enumerate(requests):
        ApprovalRequest.objects.filter(pk=request.pk).update(ask_at=f"2026-01-0{4 - number}T00:00Z")

    report = reconciling.reconcile(limit=2)

    waiting = ApprovalRequest.objects.filter(ask_at__lt="2026-01-31T00:00Z").values_list("pk")
    assert report.looked == 2
    assert {pk for (pk,) in waiting} == {requests[0].pk, requests[1].pk}


def test_what_looks_well_is_not_asked_about_for_ten_minutes(started):
    assert run().checked == 1
    assert run().looked == 0

    let_time_pass(minutes=8)
    assert run().looked == 1


def test_an_approved_request_is_never_asked_about_again(started, asha, deliver_all):
    decide(task_of(started), asha)
    deliver_all()

    run()

    assert (fresh(started).check_at, fresh(started).ask_at) == (None, None)


def test_a_failed_request_is_asked_about_daily_for_a_fortnight(started, deliver_all):
    stop_behind_our_back(started)
    run()

    asked = []
    for day in range(20):
        let_time_pass(days=1)
        if run().looked:
            asked.append(day)

    assert asked == list(range(1, 15))
    assert fresh(started).ask_at is None


def test_while_deliveries_are_late_it_is_more_patient(started, asha):
    decide(task_of(started), asha)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_delivery SET due_at = due_at - interval '2 minutes'")

    run()
    assert repairs() == []

    let_time_pass(minutes=10)
    run()
    assert repairs() == [("UNDELIVERED", "MADE")]


def test_while_deliveries_are_late_it_leaves_the_workers_to_them(submit, deliver_all):
    for _ in range(4):
        submit()
    deliver_all()
    ApprovalRequest.objects.update(check_at=None, ask_at="2026-01-01T00:00Z")
    submit()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_delivery SET due_at = due_at - interval '2 minutes'")

    assert reconciling.reconcile(limit=20).looked == 2


def test_one_that_cannot_be_repaired_does_not_keep_the_others(submit, deliver_all):
    broken, other = submit(), submit()
    lose_deliveries()
    ApprovalRequest.objects.filter(pk=broken.pk).update(policy={"stages": None})

    report = run()

    assert (report.looked, report.failed) == (2, 1)
    assert Execution.objects.get().name == other.execution_name


def test_an_engine_that_is_away_ends_the_round_early(submit, deliver_all, settings):
    for _ in range(8):
        submit()
    deliver_all()
    lose = ApprovalRequest.objects.all()
    lose.update(check_at=None, ask_at="2026-01-01T00:00Z")
    settings.WORKFLOW_ENGINE = "nowhere"

    report = reconciling.reconcile()

    assert (report.looked, report.failed) == (3, 3)
    assert repairs() == []


def test_the_same_repair_again_and_again_is_parked(submit):
    submit()
    lose_deliveries()
    for _ in range(3):
        run()
        Execution.objects.all().delete()

    run()

    assert repairs() == [("LOST_START", "MADE")] * 3 + [("LOST_START", "PARKED")]
    assert not Execution.objects.exists()


def test_the_command_says_what_it_did(started):
    stop_behind_our_back(started)
    let_time_pass(minutes=2)
    said = StringIO()

    call_command("reconcile", stdout=said)

    assert said.getvalue().splitlines() == [
        "1 checked, 1 looked at, 0 failed.",
        "Repaired: 1 × Workflow ended unheard",
    ]


@pytest.mark.django_db(transaction=True)
def test_the_command_says_that_another_is_at_it(started):
    said = StringIO()

    def elsewhere():
        call_command("reconcile", stdout=said)
        connections.close_all()

    with rounds._alone():
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join(10)

    assert said.getvalue() == "Another round is under way.\n"


def test_a_quick_check_takes_as_many_queries_for_many_as_for_one(submit, deliver_all):
    def queries():
        let_time_pass(minutes=2)
        with CaptureQueriesContext(connection) as captured:
            report = reconciling.reconcile()
        assert report.looked == 0
        return report.checked, len(captured)

    submit()
    deliver_all()
    one = queries()
    for _ in range(10):
        submit()
    deliver_all()
    many = queries()

    assert (one[0], many[0]) == (1, 10)
    assert many[1] == one[1]


def test_asking_about_one_takes_nine_queries(submit, deliver_all):
    def queries():
        ApprovalRequest.objects.update(check_at=None, ask_at="2026-01-01T00:00Z")
        with CaptureQueriesContext(connection) as captured:
            reconciling.reconcile()
        return len(captured)

    submit()
    deliver_all()
    one = queries()
    submit()
    deliver_all()

    assert queries() - one == 9


def test_repairs_of_the_same_round_are_counted_apart(submit, deliver_all):
    first, second = submit(), submit()
    deliver_all()
    stop_behind_our_back(first)
    stop_behind_our_back(second)

    assert run().repaired == {"ENDED_UNHEARD": 2}
    assert Repair.objects.count() == 2

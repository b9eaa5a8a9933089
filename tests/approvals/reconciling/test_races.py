"""The normal road and the reconciler meet, and kills fall between any two writes."""

import threading

import pytest
from django.db import connections, transaction
from django.utils import timezone

from approvals import services
from approvals.bridges import workflow
from approvals.bridges.reconciling import mending
from approvals.bridges.reconciling.judging import judge
from approvals.bridges.reconciling.mending import mend
from approvals.bridges.reconciling.sight import see
from approvals.models import ApprovalRequest, ApprovalTask
from approvals.services.repairs import recording
from outbox.models import Event
from tests.approvals.conftest import decide
from tests.approvals.reconciling.conftest import (
    events,
    execution_of,
    fresh,
    let_time_pass,
    lose_deliveries,
    repairs,
    run,
    stop_behind_our_back,
    task_of,
)
from tests.conftest import wait_until_someone_waits_for_a_lock
from workflows import services as workflows
from workflows.models import Execution


def seen(request):
    """What the reconciler has seen and judged, two minutes on; it has not acted yet."""
    let_time_pass(minutes=2)
    sight = see(fresh(request))
    finding = judge(sight, timezone.now())
    assert finding is not None
    return sight, finding


def test_a_start_made_meanwhile_is_the_same_start(submit, deliver_all):
    request = submit()
    sight, finding = seen(request)
    deliver_all()

    mend(sight, finding)
    deliver_all()

    assert Execution.objects.count() == 1
    assert events("task_assigned").count() == 1


def test_a_request_withdrawn_meanwhile_is_not_started(submit, ben, deliver_all):
    request = submit()
    sight, finding = seen(request)
    services.cancel_request(request_id=request.pk, actor=ben)

    assert mend(sight, finding) == ""
    assert not Execution.objects.exists()
    assert repairs() == []


def test_a_request_closed_meanwhile_is_not_closed_again(started, deliver_all):
    workflows.stop_execution(name=started.execution_name)
    sight, finding = seen(started)
    deliver_all()
    closed_at = fresh(started).closed_at

    assert mend(sight, finding) == ""
    assert fresh(started).closed_at == closed_at
    assert events("request_closed").count() == 1
    assert repairs() == []


def test_the_normal_road_finds_closed_what_was_repaired(started, deliver_all):
    workflows.stop_execution(name=started.execution_name)
    run()

    deliver_all()

    assert fresh(started).status == "FAILED"
    assert events("request_closed").count() == 1


def test_a_decision_delivered_meanwhile_is_not_told_again(started, asha, deliver_all):
    decide(task_of(started), asha)
    sight, finding = seen(started)
    deliver_all()

    assert mend(sight, finding) == ""
    assert fresh(started).status == "APPROVED"
    assert repairs() == []


def test_the_normal_road_finds_delivered_what_was_repaired(started, asha, deliver_all):
    decide(task_of(started), asha)
    run()

    deliver_all()

    assert (fresh(started).status, execution_of(started).status) == ("APPROVED", "SUCCEEDED")
    assert not Event.objects.filter(name="approvals.task_decided", payload__outcome="").exists()
    assert events("request_closed").count() == 1


def test_a_message_that_comes_after_it_was_read_back_tells_nobody_again(submit, deliver_all):
    request = submit()
    workflow.start([request])
    run()
    assert repairs() == [("LOST_TOKEN", "MADE")]

    deliver_all()

    assert events("task_assigned").count() == 1
    assert task_of(request).callback == "READY"


def test_a_message_that_came_meanwhile_is_the_same_message(submit, deliver_all):
    request = submit()
    workflow.start([request])
    sight, finding = seen(request)
    deliver_all()

    mend(sight, finding)
    deliver_all()

    assert events("task_assigned").count() == 1


def test_what_was_decided_while_we_asked_is_left_to_the_normal_road(started, asha, ben):
    services.cancel_request(request_id=started.pk, actor=ben)
    sight, finding = seen(started)
    ApprovalRequest.objects.update(status="PENDING", closed_at=None)

    assert mend(sight, finding) == ""
    assert execution_of(started).status == "RUNNING"


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_whoever_closes_at_this_moment(started):
    workflows.stop_execution(name=started.execution_name)
    sight, finding = seen(started)
    outcomes = []

    def repair():
        outcomes.append(mend(sight, finding))
        connections.close_all()

    thread = threading.Thread(target=repair)
    with transaction.atomic():
        services.close_requests({started.pk: ApprovalRequest.Status.FAILED})
        thread.start()
        wait_until_someone_waits_for_a_lock()
    thread.join(10)

    assert outcomes == [""]
    assert events("request_closed").count() == 1
    assert repairs() == []


class Killed(BaseException):
    """As if the process had ended here."""


def killed_at(monkeypatch, place, name):
    """Let the next call of this function be the last thing that happens."""
    monkeypatch.setattr(place, name, _end)


def _end(*_, **__):
    raise Killed


KILLS = [
    pytest.param("submit", mending, "record_made", id="started, not recorded"),
    pytest.param("decide", mending, "record_made", id="answered, not recorded"),
    pytest.param("decide", workflow.workflows, "complete_task", id="about to answer"),
    pytest.param("stop", mending, "record_made", id="closed, not recorded"),
    pytest.param("stop", recording, "publish", id="recorded, not told"),
    pytest.param("withdraw", mending, "forget_late_tokens", id="stopped, not recorded"),
]


@pytest.mark.parametrize(("trouble", "place", "name"), KILLS)
def test_a_kill_leaves_what_the_next_round_repairs(
    submit, asha, ben, deliver_all, monkeypatch, trouble, place, name
):
    request = submit()
    if trouble != "submit":
        deliver_all()
    if trouble == "decide":
        decide(task_of(request), asha)
    if trouble == "withdraw":
        services.cancel_request(request_id=request.pk, actor=ben)
    if trouble == "stop":
        stop_behind_our_back(request)
    else:
        lose_deliveries()
    with monkeypatch.context() as patched:
        killed_at(patched, place, name)
        with pytest.raises(Killed):
            run()

    for _ in range(2):
        run()
        deliver_all()

    ends = {
        "submit": ("PENDING", "RUNNING"),
        "decide": ("APPROVED", "SUCCEEDED"),
        "withdraw": ("CANCELLED", "ABORTED"),
        "stop": ("FAILED", "ABORTED"),
    }
    assert (fresh(request).status, execution_of(request).status) == ends[trouble]
    assert not ApprovalTask.objects.exclude(status="PENDING").filter(callback="READY").exists()
    assert "PARKED" not in {state for _, state in repairs()}

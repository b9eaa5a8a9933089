"""What the reconciler must not put right by itself: told once, seen to by administrators."""

import pytest
from django.db import IntegrityError

from approvals import services
from approvals.exceptions import (
    CommentRequired,
    NotAnAdministrator,
    NotParked,
    RepairNotFound,
)
from approvals.models import ApprovalTask, Repair
from audit.models import Entry
from audit.services import seal_events
from notifications.models import Notification
from tests.approvals.conftest import decide
from tests.approvals.reconciling.conftest import (
    events,
    fresh,
    let_time_pass,
    lose_deliveries,
    repairs,
    run,
    task_of,
)
from workflows import services as workflows


@pytest.fixture
def diverged(started):
    """Approved according to the workflow, and nobody here has approved."""
    workflows.complete_task(token=task_of(started).task_token, output={"verdict": "APPROVED"})
    lose_deliveries()
    return started


@pytest.fixture
def parked(diverged):
    run()
    return Repair.objects.get(state="PARKED")


def test_it_is_parked_once_however_often_it_is_found(diverged):
    for _ in range(3):
        let_time_pass(minutes=10)
        run()

    assert repairs() == [("DIVERGED", "PARKED")]
    assert events("repair_parked").count() == 1


def test_the_database_itself_refuses_to_park_it_twice(parked):
    parked.pk = None

    with pytest.raises(IntegrityError, match="approval_repairs_park_a_request_once"):
        parked.save()


def test_every_administrator_is_told_once(diverged, admin_person, vera, deliver_all):
    for _ in range(3):
        let_time_pass(minutes=10)
        run()
        deliver_all()

    (told,) = Notification.objects.filter(kind="REPAIR_PARKED")
    assert told.recipient == admin_person
    assert told.title == "Needs seeing to: What is 2 + 2?"
    assert told.body == "The approvals for that are not here."
    assert told.url == "/activity/#repairs"


def test_the_events_name_no_secret(parked):
    payload = events("repair_parked").get().payload

    assert payload["title"] == "What is 2 + 2?"
    assert set(payload) == {
        *("repair_id", "kind", "request_id", "import_id", "title", "reason"),
        "administrator_ids",
    }


def test_it_is_over_when_nothing_is_amiss_any_more(submit, deliver_all):
    request = submit()
    deliver_all()
    held = ApprovalTask.objects.get(request=request)
    blank = {"task_token": "", "task_token_generation": "", "callback": "AWAITING_TOKEN"}
    ApprovalTask.objects.update(**blank)
    run()
    assert repairs() == [("LOST_TOKEN", "PARKED")]

    ApprovalTask.objects.update(**{name: getattr(held, name) for name in blank})
    let_time_pass(minutes=10)
    run()

    assert repairs() == [("LOST_TOKEN", "OVER")]


def test_trying_again_looks_again_at_once(parked, admin_person):
    services.retry_repair(repair_id=parked.pk, actor=admin_person)

    run()

    assert repairs() == [("DIVERGED", "RETRIED"), ("DIVERGED", "PARKED")]


def test_trying_again_repairs_what_can_be_repaired_by_now(parked, admin_person, asha, deliver_all):
    request = fresh(parked.request)
    decide(task_of(request), asha)
    services.retry_repair(repair_id=parked.pk, actor=admin_person)
    lose_deliveries()

    run()

    assert fresh(request).status == "APPROVED"


def test_put_aside_stays_put_aside(parked, admin_person):
    services.put_repair_aside(repair_id=parked.pk, comment=" A drill. ", actor=admin_person)

    let_time_pass(minutes=10)
    run()

    parked.refresh_from_db()
    assert repairs() == [("DIVERGED", "PUT_ASIDE")]
    assert (parked.comment, parked.settled_by) == ("A drill.", admin_person)


def test_putting_aside_takes_a_reason(parked, admin_person):
    with pytest.raises(CommentRequired):
        services.put_repair_aside(repair_id=parked.pk, comment=" ", actor=admin_person)

    assert repairs() == [("DIVERGED", "PARKED")]


@pytest.mark.parametrize("who", ["vera", "asha", "ben", "cleo"])
def test_only_administrators_see_to_it(parked, request, who):
    actor = request.getfixturevalue(who)

    with pytest.raises(NotAnAdministrator):
        services.retry_repair(repair_id=parked.pk, actor=actor)
    with pytest.raises(NotAnAdministrator):
        services.put_repair_aside(repair_id=parked.pk, comment="No.", actor=actor)


def test_a_second_click_finds_it_seen_to(parked, admin_person):
    services.retry_repair(repair_id=parked.pk, actor=admin_person)

    with pytest.raises(NotParked, match="tried again"):
        services.retry_repair(repair_id=parked.pk, actor=admin_person)
    assert events("repair_retried").count() == 1


def test_what_is_not_there_cannot_be_seen_to(admin_person):
    with pytest.raises(RepairNotFound):
        services.retry_repair(repair_id=2**70, actor=admin_person)


@pytest.mark.django_db(transaction=True)
def test_all_of_it_is_in_the_audit_trail(parked, admin_person):
    services.put_repair_aside(repair_id=parked.pk, comment="A drill.", actor=admin_person)
    seal_events()

    texts = list(
        Entry.objects.filter(action__startswith="approvals.repair")
        .order_by("sequence")
        .values_list("text", flat=True)
    )
    assert texts == [
        "“What is 2 + 2?” needs somebody to see to it: its workflow knows more than we do.",
        "{actor} put a trouble of “What is 2 + 2?” aside: its workflow knows more than we do.",
    ]

"""Files that nobody works on any more."""

import pytest

from approvals import services
from approvals.models import QuestionImport, Repair
from outbox.models import Delivery
from tests.approvals.reconciling.conftest import let_time_pass, lose_deliveries, repairs, run

FILE = b"question,a,b,answer,subject\nWhat is 1 + 1?,2,3,A,Maths\n"


@pytest.fixture
def upload(ben):
    return services.upload_questions(file_name="maths.csv", data=FILE, actor=ben)


def test_a_file_whose_check_was_lost_is_checked(upload, deliver_all):
    lose_deliveries()
    let_time_pass(hours=2)

    report = run()
    deliver_all()

    upload.refresh_from_db()
    assert (upload.status, upload.good) == ("READY", 1)
    assert dict(report.repaired) == {"STALLED_IMPORT": 1}


def test_rows_whose_import_was_given_up_are_taken_in(upload, ben, deliver_all):
    deliver_all()
    upload.refresh_from_db()
    assert (upload.status, upload.good) == ("READY", 1)
    services.confirm_import(import_id=upload.pk, actor=ben)
    Delivery.objects.filter(status="WAITING").update(status="DEAD")
    let_time_pass(hours=2)

    run()
    deliver_all()

    upload.refresh_from_db()
    assert (upload.status, upload.imported) == ("DONE", 1)


def test_a_file_is_left_alone_for_its_first_hour(upload):
    lose_deliveries()

    run()

    assert repairs() == []


def test_a_file_whose_delivery_waits_is_left_alone(upload):
    let_time_pass(hours=2)

    run()

    assert repairs() == []


def test_a_file_that_waits_for_a_person_is_left_alone(upload, deliver_all):
    deliver_all()
    let_time_pass(hours=2)

    run()

    assert repairs() == []


def test_a_file_that_stalls_again_is_parked_once(upload):
    lose_deliveries()
    let_time_pass(hours=2)
    for _ in range(3):
        run()
        lose_deliveries() if Delivery.objects.filter(status="WAITING").exists() else None

    assert repairs() == [("STALLED_IMPORT", "MADE"), ("STALLED_IMPORT", "PARKED")]
    assert Repair.objects.parked().get().title == "maths.csv"


def test_tried_again_by_a_person_it_is_taken_up_again(upload, admin_person, deliver_all):
    lose_deliveries()
    let_time_pass(hours=2)
    run()
    lose_deliveries()
    run()
    services.retry_repair(repair_id=Repair.objects.parked().get().pk, actor=admin_person)

    run()
    deliver_all()

    assert QuestionImport.objects.get().status == "READY"

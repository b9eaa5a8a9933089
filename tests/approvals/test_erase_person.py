"""What stands in approvals against erasing a person, and what approvals forgets."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import roles
from accounts.erasure import erase_person
from accounts.exceptions import ErasureRefused
from approvals import services
from approvals.content import QuestionContent
from approvals.models import (
    ApprovalPolicy,
    ApprovalTask,
    Attachment,
    Decision,
    ImportRow,
    Question,
    QuestionImport,
    QuestionVersion,
    Repair,
)
from core.actor import SYSTEM
from core.redaction import ERASED
from outbox.models import Event
from tests.approvals.attachments import bring
from tests.approvals.conftest import decide
from tests.cast import person


@pytest.fixture
def mina(db):
    return person("Mina Brandt", roles.ASSESSORS, roles.REQUESTERS)


def erase(who, **options):
    return erase_person(person_id=who.pk, actor=SYSTEM, **options)


def told(who):
    with pytest.raises(ErasureRefused) as caught:
        erase(who)
    return str(caught.value)


def test_who_has_to_decide_stays_until_somebody_else_has_to(mina, asha, submit):
    task = submit(assigned_to=mina.email).tasks.get()

    assert told(mina) == "1 waits for their decision: reassign “What is 2 + 2?” first."
    services.reassign_task(task_id=task.pk, assigned_to=asha.email, actor=mina)
    assert not erase(mina).already


def test_many_open_tasks_are_named_in_part(mina, submit):
    for number in range(5):
        content = QuestionContent.checked(
            question_text=f"{number} or not?", options=["0", "1"], correct_answer="1", subject=""
        )
        submit(content=content, assigned_to=mina.email)

    assert "5 wait for their decision" in told(mina)
    assert told(mina).endswith("and 2 more first.")


def test_who_waits_for_an_answer_withdraws_first(mina, submit):
    request = submit(actor=mina)

    assert told(mina) == "1 of their requests is open: withdraw “What is 2 + 2?” first."
    services.cancel_request(request_id=request.pk, actor=mina)
    assert not erase(mina).already


def test_an_import_under_way_is_discarded_first(mina):
    _import(mina, status="READY", file_name="a.csv")

    assert told(mina) == "1 of their imports is not finished: discard “a.csv” first."


def test_what_they_decided_stays_as_somebodys(mina, submit):
    task = submit(assigned_to=mina.email).tasks.get()
    decide(task, mina, verdict="REJECTED", comment="Wrong key. Mina Brandt")

    erased = erase(mina)

    decision = Decision.objects.get()
    assert (decision.assessor, decision.verdict) == (mina, "REJECTED")
    assert decision.comment == f"Wrong key. {ERASED}"
    assert decision.digest == task.version.digest
    assert ApprovalTask.objects.get().comments == f"Wrong key. {ERASED}"
    assert erased.forgotten["approvals"] == {"comments of decisions": 1, "comments of tasks": 1}


def test_others_comments_lose_the_name_and_nothing_else(mina, asha, task, submit):
    decide(task, asha, verdict="REJECTED", comment="Ask mina@example.com, not Mina B.")

    erase(mina)

    assert Decision.objects.get().comment == f"Ask {ERASED}, not Mina B."


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE approval_decisions SET comment = ''",
        "UPDATE approval_decisions SET verdict = 'APPROVED'",
        "DELETE FROM approval_decisions",
    ],
)
def test_a_decision_is_changed_in_no_other_way(asha, task, change):
    decide(task, asha, verdict="REJECTED", comment="No.")

    with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
        _execute(change)
    assert Decision.objects.filter(comment="No.", verdict="REJECTED").count() == 1


def _execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _policy(called, *assessors, **stage):
    return ApprovalPolicy.objects.create(
        name=called, stages=[{"assessors": list(assessors), **stage}]
    )


def test_policies_go_on_without_them(mina):
    policy = _policy("Two eyes", "mina@example.com", "asha@example.com")

    erase(mina)

    policy.refresh_from_db()
    assert (policy.stages, policy.is_active) == ([{"assessors": ["asha@example.com"]}], True)
    assert Event.objects.get(name="approvals.policy_saved").payload["policy_id"] == str(policy.pk)


def test_the_copy_of_a_policy_keeps_its_other_members(mina, submit, asha):
    stages = [{"name": "Mina Brandt's", "assessors": [asha.email]}]
    request = submit(policy={"stages": stages, "flaws_off": ["reading-level"]}, assigned_to="")

    erase(mina)

    request.refresh_from_db()
    assert request.policy["flaws_off"] == ["reading-level"]
    assert request.policy["stages"][0]["name"] == f"{ERASED}'s"


@pytest.mark.parametrize("others", [[], ["asha@example.com"]])
def test_a_policy_that_cannot_do_without_them_is_offered_no_more(mina, others):
    policy = _policy("All", "mina@example.com", *others, approve_n=1 + len(others))

    erase(mina)

    policy.refresh_from_db()
    nobody = f"erased-{mina.pk}@erased.invalid"
    assert (policy.stages[0]["assessors"], policy.is_active) == ([nobody, *others], False)
    assert policy.parsed()


def test_policies_that_are_named_after_them_get_other_names(mina):
    _policy("Mina Brandt", "asha@example.com")
    second = _policy("mina brandt", "asha@example.com", name="Mina Brandt's round")

    erase(mina)

    names = ApprovalPolicy.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == [ERASED, f"{ERASED} {second.pk}"]
    assert ApprovalPolicy.objects.get(pk=second.pk).stages[0]["name"] == f"{ERASED}'s round"


def test_the_copy_of_a_request_loses_the_name_and_goes_on(mina, asha, submit):
    stage = {"name": "Mina Brandt's round", "assessors": [asha.email]}
    request = submit(assigned_to="", policy={"stages": [stage]})

    erase(mina)

    request.refresh_from_db()
    assert request.stages[0].name == f"{ERASED}'s round"
    assert request.stages[0].assessors == (str(asha.pk),)


def test_questions_stay_as_they_were_approved_and_are_counted(mina, submit):
    content = QuestionContent.checked(
        question_text="Who is Mina Brandt?", options=["A", "B"], correct_answer="A", subject=""
    )
    submit(content=content)
    before = list(QuestionVersion.objects.values())

    erased = erase(mina)

    assert list(QuestionVersion.objects.values()) == before
    assert Question.objects.get().question_text == "Who is Mina Brandt?"
    assert erased.kept["approvals"] == {"questions": 1, "versions of questions": 1}


def _import(who, **fields):
    data = b"x" if fields.get("status") in ("UPLOADED", "CHECKING") else None
    given = {"file_name": "a.csv", "format": "CSV", "sha256": "0" * 64, "size": 1, "lines": 1}
    return QuestionImport.objects.create(uploaded_by=who, data=data, **{**given, **fields})


def test_imports_and_repairs_lose_the_name(mina, ben):
    upload = _import(ben, status="DONE", file_name="for_mina_brandt.csv", note="by Mina Brandt")
    row = ImportRow.objects.create(
        question_import=upload, line=1, status="ERROR", reason="mina@example.com is no option"
    )
    repair = Repair.objects.create(
        kind="STALLED_IMPORT",
        state="PUT_ASIDE",
        question_import=upload,
        found="It stood still.",
        outcome="Left",
        comment="Mina Brandt will see to it",
        settled_at=timezone.now(),
    )

    erase(mina)

    for one in (upload, row, repair):
        one.refresh_from_db()
    assert (upload.file_name, upload.note) == (f"for_{ERASED}.csv", f"by {ERASED}")
    assert (row.reason, repair.comment) == (f"{ERASED} is no option", f"{ERASED} will see to it")


def test_files_they_never_attached_are_gone(mina):
    upload = bring(mina)

    erased = erase(mina)

    assert not Attachment.objects.filter(pk=upload.pk).exists()
    assert erased.forgotten["approvals"] == {"uploads that no question has": 1}


def test_nobody_elses_rows_change(mina, ben, asha, task):
    decide(task, asha, comment="Good, says Asha Rao.")
    before = [list(model.objects.order_by("pk").values()) for model in (Decision, ApprovalTask)]

    erase(mina)

    after = [list(model.objects.order_by("pk").values()) for model in (Decision, ApprovalTask)]
    assert after == before

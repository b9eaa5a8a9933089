"""A request from submission to outcome leaves a trail that tells all of it and no secret."""

import json

import pytest
from django.core import mail

from approvals import services
from approvals.content import QuestionContent
from audit.services.checking import check_trail
from audit.services.signing import sign_head
from core.correlation import correlated
from notifications.models import Notification

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = QuestionContent.checked(
    question_text="Which gas law relates pressure and volume?",
    options=["Charles", "Boyle-Mariotte", "Avogadro"],
    correct_answer="Boyle-Mariotte",
    subject="Physics",
)


@pytest.fixture
def lived(ben, asha, deliver_all, recorded):
    """Ben asks and Asha rejects, in words of her own. Return the task, its token, the trail."""
    with correlated("request-0001"):
        request = services.submit_request(
            content=CONTENT, assigned_to=asha.email, policy=None, actor=ben
        )
    deliver_all()
    task = request.tasks.get()
    token = task.task_token
    services.decide_task(
        task_id=task.pk, verdict="REJECTED", comment="Zanzibar is no gas.", actor=asha
    )
    deliver_all()
    assert token
    return task, token, recorded()


def test_the_trail_tells_what_happened_in_order(lived):
    _, _, entries = lived
    texts = [entry.sentence for entry in entries if entry.action.startswith("approvals.")]
    title = CONTENT.question_text

    assert texts == [
        f"Ben Novak asked for approval of “{title}”.",
        f"“{title}” was given out for a decision.",
        f"Asha Rao rejected “{title}”.",
        f"The request for “{title}” ended with rejection.",
    ]


def test_what_a_request_set_off_carries_its_id(lived):
    _, _, entries = lived

    caused = {entry.action for entry in entries if entry.correlation_id == "request-0001"}

    assert {"approvals.request_submitted", "approvals.task_assigned"} <= caused
    assert "notifications.email_due" in caused


def test_no_token_key_option_or_comment_is_in_the_trail_or_a_mail(lived):
    _, token, entries = lived
    trail = json.dumps([[entry.text, entry.detail] for entry in entries])
    told = json.dumps(list(Notification.objects.values_list("title", "body", "reason", "url")))
    mails = "".join(
        message.message().as_string() + message.body + message.alternatives[0][0]
        for message in mail.outbox
    )

    assert len(mail.outbox) == 2
    for secret in (token, "Boyle-Mariotte", "Avogadro", "Zanzibar"):
        assert secret not in trail + told + mails
    assert CONTENT.question_text not in mails


def test_the_check_finds_nothing_amiss_with_what_the_sealer_wrote(lived, settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")
    sign_head()

    seen = check_trail(workers=2)

    assert seen.findings == []
    assert seen.sealed == seen.size > 8
    assert seen.boxes > 0


def test_each_person_is_told_once_what_concerns_them(lived, asha, ben):
    kinds = Notification.objects.order_by("id").values_list("recipient__email", "kind")

    assert list(kinds) == [(asha.email, "TASK_ASSIGNED"), (ben.email, "REQUEST_CLOSED")]
    assert [message.to for message in mail.outbox] == [[asha.email], [ben.email]]

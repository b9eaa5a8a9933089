import pytest

from approvals import services
from approvals.models import Decision
from tests.approvals.conftest import CONTENT, decide

YES = {"confirmed": "yes"}


@pytest.fixture
def mine(submit, admin_person):
    """Two tasks that wait for the administrator's own verdict."""
    return [submit(assigned_to=admin_person.email).tasks.get() for _ in range(2)]


def digests(tasks):
    return {f"digest-{task.pk}": task.version.digest for task in tasks}


def statuses(tasks):
    for task in tasks:
        task.refresh_from_db()
    return [task.status for task in tasks]


@pytest.mark.parametrize("action", ["approve", "reject", "request_changes"])
def test_before_a_verdict_the_questions_are_shown_and_a_comment_is_asked_for(desk, mine, action):
    page = desk.act(action, *mine)

    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("What is 2 + 2?") == 2
    assert 'name="comments"' in text
    assert statuses(mine) == ["PENDING", "PENDING"]


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("approve", "APPROVED"),
        ("reject", "REJECTED"),
        ("request_changes", "CHANGES_REQUESTED"),
    ],
)
def test_after_the_comment_each_is_decided(desk, mine, action, status):
    answer = desk.act(action, *mine, comments="Read both.", **YES, **digests(mine))

    assert statuses(mine) == [status, status]
    assert mine[0].comments == "Read both."
    assert desk.told(answer) == ["Decided: 2."]


def test_the_form_on_the_page_leads_to_the_verdict(desk, mine):
    page = desk.act("approve", mine[0]).content.decode()

    for name, value in [*digests(mine[:1]).items(), ("action", "approve"), ("confirmed", "yes")]:
        assert f'name="{name}" value="{value}"' in page


def test_a_rejection_without_a_reason_is_refused(desk, mine):
    answer = desk.act("reject", mine[0], **YES, **digests(mine))

    assert statuses(mine) == ["PENDING", "PENDING"]
    assert "Say why" in desk.told(answer)[0]


def test_a_verdict_is_for_what_was_shown(desk, mine):
    shown = {f"digest-{mine[0].pk}": "0" * 64}

    answer = desk.act("approve", mine[0], **YES, **shown)

    assert statuses(mine)[0] == "PENDING"
    assert "has changed since you read it" in desk.told(answer)[0]


@pytest.mark.parametrize("shown", [[], [""]], ids=["missing", "empty"])
def test_a_verdict_that_does_not_say_on_what_is_refused(desk, mine, shown):
    answer = desk.act("approve", mine[0], **YES, **{f"digest-{mine[0].pk}": shown})

    assert statuses(mine)[0] == "PENDING"
    assert "It is not known what you read." in desk.told(answer)[0]


def test_what_waits_for_somebody_else_is_refused_and_the_rest_is_done(desk, mine, task):
    answer = desk.act("approve", mine[0], task, **YES, **digests([mine[0], task]))

    assert statuses([mine[0], task]) == ["APPROVED", "PENDING"]
    refusal, done = sorted(desk.told(answer), key=lambda text: text.startswith("Decided"))
    assert "Only the people this task is assigned to can decide it." in refusal
    assert done == "Decided: 1."


def test_a_second_verdict_is_told_who_came_first(desk, mine, admin_person):
    decide(mine[0], admin_person)

    answer = desk.act("reject", mine[0], comments="Late.", **YES, **digests(mine))

    assert "decided by Admin Admin" in desk.told(answer)[0]
    assert Decision.objects.count() == 1


def test_their_own_question_is_not_theirs_to_judge(desk, admin_person, asha):
    own = services.submit_request(
        content=CONTENT, assigned_to=asha.email, actor=admin_person
    ).tasks.get()

    answer = desk.act("approve", own, **YES, **digests([own]))

    assert statuses([own]) == ["PENDING"]
    assert "Nobody can judge a question that they wrote or submitted." in desk.told(answer)[0]


def test_a_comment_that_is_too_long_is_asked_for_again(desk, mine):
    page = desk.act("approve", mine[0], comments="x" * 5001, **YES)

    assert page.status_code == 200
    assert "at most 5000 characters" in page.content.decode()
    assert statuses(mine) == ["PENDING", "PENDING"]

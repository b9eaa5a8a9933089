"""Who saw which version of a question, by page, API and admin."""

import pytest
from django.urls import reverse

from approvals import services
from approvals.content import QuestionContent
from core import looks
from outbox.models import Event

pytestmark = pytest.mark.django_db
CONTENT = QuestionContent.checked(
    question_text="Which gas law?", options=["a", "b"], correct_answer="a", subject="Physics"
)


@pytest.fixture
def asked(ben, asha):
    return services.submit_request(content=CONTENT, assigned_to=asha.email, policy=None, actor=ben)


def seen():
    found = Event.objects.filter(name="approvals.question_seen").order_by("id")
    return [(event.actor_label, event.payload) for event in found]


def expected(asked, through, *, request=True, task=False):
    return {
        "question_id": str(asked.question_id),
        "question_title": "Which gas law?",
        "version": 1,
        "subject": "Physics",
        "through": through,
        "request_id": str(asked.pk) if request else "",
        "task_id": str(asked.tasks.get().pk) if task else "",
    }


def test_the_review_page_tells_who_read_it_on_which_occasion(client, asked, asha):
    client.force_login(asha)

    client.get(reverse("review", args=[asked.tasks.get().pk]))

    assert seen() == [("Asha Rao", expected(asked, "page", task=True))]


@pytest.mark.parametrize(
    ("name", "of", "through", "request_", "task"),
    [
        ("question", "question", "page", False, False),
        ("request", "request", "page", True, False),
        ("question-detail", "question", "api", False, False),
        ("question-version-list", "question", "api", False, False),
        ("approval-task-detail", "task", "api", True, True),
    ],
)
def test_whatever_shows_a_question_tells(client, asked, ben, name, of, through, request_, task):
    client.force_login(ben)
    ids = {"question": asked.question_id, "request": asked.pk, "task": asked.tasks.get().pk}

    client.get(reverse(name, args=[ids[of]]))

    assert seen() == [("Ben Novak", expected(asked, through, request=request_, task=task))]


def test_one_version_tells_of_that_version(client, asked, ben):
    client.force_login(ben)

    client.get(reverse("question-version-detail", args=[asked.question_id, 1]))

    assert [payload["version"] for _, payload in seen()] == [1]


def test_the_admin_tells_too(client, asked, admin_person):
    client.force_login(admin_person)

    client.get(reverse("admin:approvals_question_change", args=[asked.question_id]))

    assert seen() == [("Admin Admin", expected(asked, "admin", request=False))]


def test_whoever_may_not_read_it_did_not_see_it(client, asked, cleo):
    client.force_login(cleo)

    client.get(reverse("question", args=[asked.question_id]))

    assert seen() == []


def test_reading_again_at_once_is_no_news(client, asked, ben):
    client.force_login(ben)

    for _ in range(3):
        client.get(reverse("question", args=[asked.question_id]))

    assert len(seen()) == 1


def test_reading_again_later_is(client, asked, ben, monkeypatch):
    client.force_login(ben)
    client.get(reverse("question", args=[asked.question_id]))
    monkeypatch.setattr(looks, "A_LOOK", 0.0)

    client.get(reverse("question", args=[asked.question_id]))

    assert len(seen()) == 2


def test_it_costs_one_statement(asked, ben, django_assert_num_queries):
    with django_assert_num_queries(1):
        services.note_reading(asked.version, by=ben, through="page")

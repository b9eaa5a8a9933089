"""The page of one query."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from aiqueries import services
from aiqueries.kinds import Outcome, Status, Trouble
from aiqueries.models import Attempt, Query
from outbox.models import Event
from tests.aiqueries.pages.conftest import SCRIPT, text_of

pytestmark = pytest.mark.django_db
EVIL = [
    SCRIPT,
    "<img src=x onerror=alert(1)>",
    "[a link](javascript:alert(1)) ![picture](https://evil.example/x.png)",
    "https://evil.example/?q=secret",
    "</div></main><form action=/sign-out/ method=post>",
    "{{ request.user }} {% csrf_token %}",
]


def page(browser, query):
    return text_of(browser, f"/ai/queries/{query.pk}/")


def end(query, status, **fields):
    """As a worker leaves it."""
    Query.objects.filter(pk=query.pk).update(status=status, finished_at=timezone.now(), **fields)


def answered(query, answer, **fields):
    end(query, Status.SUCCEEDED, answer=answer, **fields)


def tried(query, outcome=Outcome.FAILED, *, number=1, **fields):
    began_at = timezone.now()
    return Attempt.objects.create(
        query=query,
        number=number,
        turn=number,
        provider="cloud",
        model="big",
        outcome=outcome,
        input_digest="0" * 64,
        sent_bytes=1500,
        began_at=began_at,
        ended_at=began_at + timedelta(seconds=4.2),
        **fields,
    )


# Who sees it


@pytest.mark.parametrize(
    ("who", "status"), [("ben", 200), ("admin_person", 200), ("asha", 404), ("cleo", 404)]
)
@pytest.mark.parametrize("part", ["", "progress/"])
def test_it_is_its_owners_and_the_administrators(client, request, query, part, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(f"/ai/queries/{query.pk}/{part}").status_code == status


def test_an_unknown_one_looks_like_somebody_elses(client, asha, query):
    client.force_login(asha)

    unknown, foreign = client.get(f"/ai/queries/{uuid4()}/"), client.get(f"/ai/queries/{query.pk}/")

    assert (unknown.status_code, foreign.status_code) == (404, 404)


def test_that_an_administrator_read_it_is_written_down(client, admin_person, query):
    client.force_login(admin_person)

    page(client, query)

    event = Event.objects.get(name="aiqueries.query_seen")
    assert (event.actor_label, event.payload["query_id"]) == ("Admin Admin", str(query.pk))


def test_that_its_owner_read_it_is_not(browser, query):
    page(browser, query)

    assert not Event.objects.filter(name="aiqueries.query_seen").exists()


# What it says


def test_a_waiting_one_says_that_nobody_need_wait(browser, query):
    text = page(browser, query)

    assert "It waits for its turn. You may close this page and come back." in text
    assert "Cancel" in text


def test_one_that_is_tried_again_says_when(browser, query):
    again = timezone.now() + timedelta(minutes=2)
    Query.objects.update(retry_at=again)

    assert f"The next try is at {timezone.localtime(again):%H:%M:%S}" in page(browser, query)


def test_a_running_one_shows_what_has_come(browser, query):
    Query.objects.update(status=Status.RUNNING, answer="A distractor is")

    text = page(browser, query)

    assert "The answer is being written." in text
    assert "A distractor is" in text


def test_an_answered_one_shows_the_answer_and_what_it_took(browser, query):
    answered(
        query,
        "A wrong option.",
        provider="cloud",
        answered_by="big-2026",
        cost=Decimal("0.00123400"),
        input_tokens=120,
        output_tokens=45,
    )

    text = page(browser, query)

    said = ("A wrong option.", "cloud/big-2026", "$0.0012", "120 in, 45 out")
    assert [each for each in said if each not in text] == []
    assert "Answers to people, version 1" in text
    assert "hx-trigger" not in text.partition('id="query"')[2][:300]


def test_an_answer_that_was_cut_off_says_so(browser, query):
    answered(query, "A wrong", is_complete=False)

    assert "it may be no longer" in page(browser, query)


def test_no_words_at_all_are_no_riddle(browser, query):
    answered(query, "")

    assert "The model answered with no words at all." in page(browser, query)


@pytest.mark.parametrize(
    ("code", "error", "advice"),
    [
        ("budget_spent", "Your budget of today is spent.", "Choose a free model"),
        ("refused", "The AI provider refused to answer this.", "Put it in other words."),
        ("never_heard_of", "Something went wrong.", "Ask again later"),
    ],
)
def test_a_failed_one_says_why_and_what_one_can_do(browser, query, code, error, advice):
    end(query, Status.FAILED, error_code=code, error=error)

    text = page(browser, query)

    assert error in text
    assert advice in text


@pytest.mark.parametrize(
    ("status", "words"),
    [(Status.CANCELLED, "It was cancelled."), (Status.EXPIRED, "No answer came in time.")],
)
def test_one_that_ended_otherwise_says_how(browser, query, status, words):
    end(query, status, error="No answer came in time." if status == Status.EXPIRED else "")

    text = page(browser, query)

    assert words in text
    assert "Ask again" in text
    assert 'id="cancel-query"' not in text


def test_each_try_is_told_in_words(browser, query):
    tried(query, trouble=Trouble.RATE_LIMITED, says="It asked for a pause of 3 seconds.")
    tried(query, Outcome.LOST, number=2, cost=Decimal("0.5"))
    tried(query, Outcome.ANSWERED, number=3)

    text = page(browser, query)

    said = (
        "3 tries",
        "It asked for a pause of 3 seconds.",
        "Its worker stopped before the end. It may have been billed.",
        "It answered.",
        "4.2 s",
        "$0.50",
    )
    assert [each for each in said if each not in text] == []


def test_what_it_is_about_is_named_and_linked(browser, ben, question):
    query = services.ask_query(prompt="Is it clear?", question_id=question.pk, actor=ben)

    text = page(browser, query)

    assert f'href="/questions/{question.pk}/"' in text
    assert "Question, version 1" in text


def test_words_that_were_dropped_are_told_of_and_digests_stay(browser, query):
    answered(
        query,
        "",
        prompt="",
        answer_digest="f" * 64,
        texts_dropped_at=timezone.now().replace(year=2026, month=3, day=4),
    )

    text = page(browser, query)

    assert "were dropped on 4 March 2026" in text
    assert "f" * 64 in text
    assert query.prompt_digest in text


@pytest.mark.parametrize("evil", EVIL)
def test_whatever_a_model_says_is_text(browser, ben, evil):
    query = services.ask_query(prompt=evil, actor=ben)
    answered(query, evil)

    text = page(browser, query)

    assert 'href="https://evil' not in text
    assert 'src="https://evil' not in text
    assert "<img" not in text
    if "<" in evil:
        assert evil not in text


# While it is open


def test_what_has_not_changed_is_not_sent_again(browser, query):
    address = f"/ai/queries/{query.pk}/progress/"

    assert browser.get(address, {"position": query.position}).status_code == 204
    assert browser.get(address, {"position": 99}).status_code == 200


def test_the_last_change_ends_the_asking(browser, query):
    answered(query, "Done.", position=7)

    text = text_of(browser, f"/ai/queries/{query.pk}/progress/", position=6)

    assert "Done." in text
    assert "every 2s" not in text


# Cancelling


def test_ben_cancels(browser, query):
    response = browser.post(f"/ai/queries/{query.pk}/cancel/")

    query.refresh_from_db()
    assert response["Location"] == f"/ai/queries/{query.pk}/"
    assert query.status == Status.CANCELLED


def test_cancelling_too_late_is_told_kindly(browser, query):
    answered(query, "Done.")

    response = browser.post(f"/ai/queries/{query.pk}/cancel/", follow=True)

    query.refresh_from_db()
    assert query.status == Status.SUCCEEDED
    assert "ended" in response.content.decode()
    assert "Done." in response.content.decode()


def test_nobody_cancels_somebody_elses(client, asha, query):
    client.force_login(asha)

    response = client.post(f"/ai/queries/{query.pk}/cancel/")

    query.refresh_from_db()
    assert response.status_code == 404
    assert query.status == Status.QUEUED


def test_a_link_cancels_nothing(browser, query):
    assert browser.get(f"/ai/queries/{query.pk}/cancel/").status_code == 405

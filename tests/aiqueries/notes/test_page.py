"""/ai/notes/{task}/, as the review page shows it."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from aiqueries.kinds import Status
from aiqueries.models import NoteMark, Query, ReviewNote
from aiqueries.services.keeping import forget_texts
from approvals.content import QuestionContent
from approvals.services import mark_secure, record_first_view
from tests.aiqueries.notes.drafts import NOTE, draft, drafted, end

pytestmark = pytest.mark.django_db
POLLS = 'hx-trigger="load delay:2s"'


def look(browser, task, **query):
    return browser.get(reverse("review-notes", args=[task.pk]), query)


def text(browser, task, **query):
    return unescape(look(browser, task, **query).content.decode())


def send(browser, task, said, note=None):
    note = note or ReviewNote.objects.get()
    url = reverse("review-note-mark", args=[task.pk, note.pk])
    return browser.post(url, {"mark": said}, headers={"HX-Request": "true"})


def test_a_note_is_shown_with_its_quote_in_its_sentence(browser, viewed):
    drafted(viewed)

    page = text(browser, viewed)

    assert "<bdi>What is <mark>2 + 2</mark>?</bdi>" in page
    assert "In which base?" in page
    assert "Ambiguous" in page


def test_it_is_labelled_as_what_it_is(browser, viewed):
    drafted(viewed)

    page = text(browser, viewed)

    assert "Drafted by <b><bdi>offline/parrot-1</bdi></b>, prompt version 1." in page
    assert "Evidence, not a verdict" in page


def test_what_was_dropped_is_counted(browser, viewed):
    drafted(viewed, NOTE, {**NOTE, "quote": "two"}, NOTE)

    assert "2 more were dropped" in text(browser, viewed)


def test_no_notes_are_said_to_be_none(browser, viewed):
    drafted(viewed, answer='{"notes": []}')

    assert "The model noted nothing." in text(browser, viewed)


def test_notes_whose_words_were_kept_long_enough_are_not_there_any_more(browser, viewed):
    drafted(viewed)
    Query.objects.update(finished_at=timezone.now() - timedelta(days=91))
    forget_texts()

    page = text(browser, viewed)

    assert "The words of its notes were kept as long as the policy says, and are dropped." in page
    assert "Ambiguous" not in page


def test_notes_that_quote_nothing_are_said_to_do_so(browser, viewed):
    drafted(viewed, {**NOTE, "quote": "two"})

    assert "Nothing that the model noted quotes the question." in text(browser, viewed)


def test_an_answer_that_could_not_be_read_is_said_to_be_one(browser, viewed):
    drafted(viewed, answer="It is a fine question.")

    page = text(browser, viewed)

    assert "could not be read" in page
    assert "fine question" not in page


def test_before_a_first_view_nothing_is_shown(browser, task):
    drafted(task)

    answer = look(browser, task)

    assert answer.status_code == 403
    assert "In which base?" not in answer.content.decode()
    assert "parrot" not in answer.content.decode()


def test_whoever_may_take_a_free_seat_needs_a_first_view_too(browser, offered):
    drafted(offered)

    assert look(browser, offered).status_code == 403


def test_another_s_first_view_is_not_one_s_own(client, ada, offered, asha):
    record_first_view(task_id=offered.pk, answer="4", actor=asha)
    drafted(offered)
    client.force_login(ada)

    assert look(client, offered).status_code == 403


@pytest.mark.parametrize("who", ["admin_person", "vera"])
def test_who_cannot_decide_may_see_them_anyway(request, client, task, who):
    drafted(task)
    client.force_login(request.getfixturevalue(who))

    page = text(client, task)

    assert "In which base?" in page
    assert "Useful" not in page


def test_others_do_not_see_the_task(client, cleo, viewed):
    drafted(viewed)
    client.force_login(cleo)

    assert look(client, viewed).status_code == 404


def test_strangers_are_asked_to_sign_in(client, task):
    assert look(client, task).status_code == 302


def test_while_a_model_reads_the_page_asks_again(browser, viewed):
    draft(viewed)

    page = text(browser, viewed)

    assert POLLS in page
    assert f"{reverse('review-notes', args=[viewed.pk])}?polled=1" in page


def test_right_after_a_first_view_the_page_asks_again_too(browser, viewed):
    assert POLLS in text(browser, viewed)


@pytest.mark.parametrize("polled", ["150", "9999"])
def test_it_does_not_ask_for_ever(browser, viewed, polled):
    draft(viewed)

    page = text(browser, viewed, polled=polled)

    assert POLLS not in page
    assert "longer than it should" in page


@pytest.mark.parametrize("polled", ["-1", "x", "²", "1" * 50])
def test_a_count_that_is_none_is_not_counted(browser, viewed, polled):
    draft(viewed)

    assert "polled=1" in text(browser, viewed, polled=polled)


def test_once_they_are_there_it_does_not_ask_again(browser, viewed):
    drafted(viewed)

    assert POLLS not in text(browser, viewed)


def test_a_failure_is_told_with_its_reason(browser, viewed):
    end(draft(viewed), Status.FAILED, error="The budget for today is used up.")

    page = text(browser, viewed)

    assert "No notes could be drafted. The budget for today is used up." in page
    assert "Draft notes" in page


def test_a_failed_draft_can_be_asked_for_again(browser, viewed):
    end(draft(viewed), Status.FAILED)

    answer = browser.post(
        reverse("review-notes-again", args=[viewed.pk]), headers={"HX-Request": "true"}
    )

    assert POLLS in answer.content.decode()
    assert Query.objects.filter(status=Status.QUEUED).count() == 1


@pytest.mark.parametrize("who", ["asha", "vera", "admin_person"])
def test_without_a_first_view_nothing_is_asked_for(request, client, task, who):
    end(draft(task), Status.FAILED)
    client.force_login(request.getfixturevalue(who))

    answer = client.post(reverse("review-notes-again", args=[task.pk]))

    assert answer.status_code == 403
    assert Query.objects.count() == 1


def test_why_a_secure_question_was_not_sent_is_told(browser, viewed, ben, settings):
    settings.AI_ROUTES = ["openai/gpt-large"]
    mark_secure(question_id=viewed.question_id, secure=True, actor=ben)

    page = text(browser, viewed)

    assert "marked as secure, so it was sent to no model" in page
    assert POLLS not in page


def test_that_they_are_switched_off_is_told(browser, viewed, settings):
    settings.AI_REVIEW_NOTES = False

    assert "switched off" in text(browser, viewed)


def test_a_first_view_sets_the_draft_off(browser, viewed, deliver_all):
    deliver_all()

    assert Query.objects.get().question_id == viewed.question_id
    assert "Evidence, not a verdict" in text(browser, viewed)


@pytest.mark.parametrize(("said", "useful"), [("useful", True), ("not", False)])
def test_a_note_is_marked(browser, viewed, asha, said, useful):
    drafted(viewed)

    answer = send(browser, viewed, said)

    mark = NoteMark.objects.get()
    assert (mark.assessor, mark.useful) == (asha, useful)
    assert "Undo" in answer.content.decode()


def test_minds_may_change(browser, viewed):
    drafted(viewed)
    send(browser, viewed, "useful")

    send(browser, viewed, "not")

    assert NoteMark.objects.get().useful is False


def test_a_mark_can_be_taken_back(browser, viewed):
    drafted(viewed)
    send(browser, viewed, "useful")

    send(browser, viewed, "none")

    assert not NoteMark.objects.exists()


@pytest.mark.parametrize("said", ["", "yes", "USEFUL"])
def test_what_is_no_mark_is_refused(browser, viewed, said):
    drafted(viewed)

    assert send(browser, viewed, said).status_code == 422
    assert not NoteMark.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("vera", 403), ("admin_person", 403), ("ben", 403), ("cleo", 404)]
)
def test_only_assessors_with_a_first_view_mark(request, client, viewed, who, status):
    drafted(viewed)
    client.force_login(request.getfixturevalue(who))

    assert send(client, viewed, "useful").status_code == status
    assert not NoteMark.objects.exists()


def test_before_a_first_view_nothing_is_marked(browser, task):
    drafted(task)

    answer = send(browser, task, "useful")

    assert answer.status_code == 404
    assert "In which base?" not in answer.content.decode()


def test_a_note_on_another_question_is_not_there(browser, viewed, submit):
    other = drafted(submit().tasks.get()).notes.get()

    assert send(browser, viewed, "useful", note=other).status_code == 404
    assert not NoteMark.objects.exists()


def test_long_sentences_are_cut_around_the_quote(browser, submit, asha):
    content = QuestionContent.checked(
        question_text=f"First. {'before ' * 60}2 + 2 {'after ' * 60}",
        options=["3", "4"],
        correct_answer="4",
    )
    task = submit(content).tasks.get()
    record_first_view(task_id=task.pk, answer="4", actor=asha)
    drafted(task)

    page = text(browser, task)

    assert "<bdi>… " in page
    assert " …</bdi>" in page
    assert "First" not in page

"""What the review page sends: a verdict, or who is to give it."""

import pytest

from approvals import services
from approvals.models import Assignment, Decision
from tests.approvals.conftest import decide, make_overdue
from tests.approvals.pages.conftest import text_of

HTMX = {"HX-Request": "true"}


def send(browser, task, verdict="APPROVED", comment="", digest=None, **more):
    form = {"verdict": verdict, "comment": comment, "digest": digest or task.version.digest}
    return browser.post(f"/tasks/{task.pk}/decide/", form, **more)


def test_a_verdict_is_recorded_and_the_page_shown_again(browser, task):
    response = send(browser, task)

    assert response["Location"] == f"/tasks/{task.pk}/"
    assert Decision.objects.get().verdict == "APPROVED"
    assert "You approved this question." in text_of(browser, task)


def test_htmx_gets_the_part_of_the_page_that_changed(browser, task):
    response = send(browser, task, headers=HTMX)

    text = response.content.decode()
    assert response.status_code == 200
    assert text.startswith('<div id="review"')
    assert "You approved this question." in text
    assert 'id="inbox-count" hx-swap-oob="true"' in text


def test_rejecting_without_a_reason_is_refused_at_the_field(browser, task):
    response = send(browser, task, "REJECTED")

    text = response.content.decode()
    assert response.status_code == 422
    assert "Say why, so that the author can act on it." in text
    assert 'aria-invalid="true"' in text
    assert not Decision.objects.exists()


def test_a_refused_comment_is_kept_in_the_form(browser, task):
    response = send(browser, task, "MAYBE", "I am not sure.")

    assert response.status_code == 422
    assert "I am not sure.</textarea>" in response.content.decode()


@pytest.mark.parametrize("verdict", ["", "MAYBE", "approved", "PENDING", "\x00"])
def test_an_unknown_verdict_is_refused(browser, task, verdict):
    assert send(browser, task, verdict).status_code == 422
    assert not Decision.objects.exists()


@pytest.mark.parametrize("comment", ["x" * 5001, "nul \x00 byte", "x" * 1_000_000])
def test_an_impossible_comment_is_refused(browser, task, comment):
    assert send(browser, task, "REJECTED", comment).status_code == 422
    assert not Decision.objects.exists()


def test_a_verdict_on_other_content_is_refused(browser, task):
    response = send(browser, task, digest="0" * 64)

    assert response.status_code == 409
    assert "The question has changed since you read it." in response.content.decode()
    assert not Decision.objects.exists()


def test_a_form_without_a_digest_is_refused(browser, task):
    response = browser.post(f"/tasks/{task.pk}/decide/", {"verdict": "APPROVED"})

    assert response.status_code == 422
    assert not Decision.objects.exists()


def test_a_second_verdict_tells_that_the_first_one_stands(browser, task):
    send(browser, task)

    response = send(browser, task, "REJECTED", "On second thoughts.")

    assert response.status_code == 409
    assert "You approved this question." in response.content.decode()
    assert Decision.objects.get().verdict == "APPROVED"


def test_a_stale_page_tells_who_decided_and_leads_on(browser, ada, submit, offered):
    mine = submit().tasks.get()
    decide(offered, ada, "REJECTED", "Two options are right.")

    response = send(browser, offered)

    text = response.content.decode()
    assert response.status_code == 409
    assert "decided by Ada Okafor" in text
    assert "Two options are right." in text
    assert "Your verdict was not counted." in text
    assert f'href="/tasks/{mine.pk}/"' in text


def test_a_verdict_after_the_due_time_is_refused(browser, task):
    make_overdue(task)

    assert send(browser, task).status_code == 409
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("ben", 403), ("vera", 403), ("admin_person", 403), ("ada", 404), ("cleo", 404)],
)
def test_nobody_else_decides(client, request, task, who, status):
    client.force_login(request.getfixturevalue(who))

    assert send(client, task).status_code == status
    assert not Decision.objects.exists()


def test_an_offered_task_is_taken_on_and_given_back(browser, asha, offered):
    browser.post(f"/tasks/{offered.pk}/claim/")
    assert Assignment.objects.active().get().assessor == asha

    browser.post(f"/tasks/{offered.pk}/release/")
    assert not Assignment.objects.active().exists()


def test_a_taken_seat_names_who_has_it(browser, ada, offered):
    services.claim_task(task_id=offered.pk, actor=ada)

    response = browser.post(f"/tasks/{offered.pk}/claim/")

    assert response.status_code == 409
    assert "Claimed by Ada Okafor." in response.content.decode()


def test_a_task_is_passed_on(browser, ada, task):
    response = browser.post(f"/tasks/{task.pk}/reassign/", {"assigned_to": ada.email})

    assert response.status_code == 302
    assert Assignment.objects.active().get().assessor == ada


@pytest.mark.parametrize("field", ["assigned_to", "assigned_from"])
@pytest.mark.parametrize("address", ["\x00", "ada\x00@example.com", "x" * 300])
def test_what_can_be_no_address_is_refused_in_words(browser, asha, ada, task, field, address):
    form = {"assigned_to": ada.email, field: address}

    response = browser.post(f"/tasks/{task.pk}/reassign/", form)

    assert response.status_code == 422
    assert "This is no e-mail address. Choose an assessor." in response.content.decode()
    assert Assignment.objects.active().get().assessor == asha


@pytest.mark.parametrize("address", ["", "nobody@example.com", "ben@example.com"])
def test_a_task_is_not_passed_on_to_just_anybody(browser, asha, ben, task, address):
    response = browser.post(f"/tasks/{task.pk}/reassign/", {"assigned_to": address})

    assert response.status_code in (403, 422)
    assert Assignment.objects.active().get().assessor == asha


def test_the_page_looks_again_until_the_workflow_knows(browser, task, deliver_all):
    deliver_all()
    send(browser, task)
    assert 'hx-trigger="load delay:1500ms"' in text_of(browser, task)

    deliver_all()

    text = text_of(browser, task)
    assert "load delay" not in text.partition('id="decision"')[0]
    assert "The workflow has been resumed with the outcome: approved." in text


@pytest.mark.parametrize("action", ["decide", "claim", "release", "reassign"])
def test_reading_an_address_changes_nothing(browser, task, action):
    assert browser.get(f"/tasks/{task.pk}/{action}/").status_code == 405

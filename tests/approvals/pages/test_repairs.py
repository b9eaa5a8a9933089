"""Repairs on the Activity page: what was made, what waits, and the two buttons."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import ApprovalTask, Repair
from approvals.services.repairs import Trouble, park, record_made

FOUND = "The workflow has ended (Success), the request is open."
REASON = "The approvals for that are not here."


def trouble(kind=Repair.Kind.DIVERGED):
    return Trouble(kind=kind, found=FOUND)


@pytest.fixture
def parked(submit):
    park(submit(), trouble(), REASON)
    return Repair.objects.get()


def text_of(answer):
    return answer.content.decode()


def test_nothing_to_repair_is_said(client, vera):
    client.force_login(vera)

    assert "Nothing had to be repaired" in text_of(client.get("/activity/"))


def test_repairs_of_a_day_are_counted_by_kind(client, vera, submit):
    request = submit()
    for _ in range(2):
        record_made(request, trouble(Repair.Kind.LOST_START), "The workflow was started.")
    old = record_made(request, trouble(Repair.Kind.LEFT_RUNNING), "Stopped.")
    Repair.objects.filter(pk=old.pk).update(created_at="2026-01-01T00:00Z")
    client.force_login(vera)

    text = text_of(client.get("/activity/"))

    assert 'Workflow never started</td><td class="num right">2' in text
    assert "Workflow left running" not in text
    assert "Nothing had to be repaired" not in text


def test_what_is_parked_is_shown_with_title_reason_and_way_there(client, vera, parked):
    client.force_login(vera)

    text = text_of(client.get("/activity/"))

    assert f'href="/requests/{parked.request_id}/">What is 2 + 2?</a>' in text
    assert FOUND in text
    assert REASON in text


def test_an_auditor_has_no_buttons(client, vera, parked):
    client.force_login(vera)

    text = text_of(client.get("/activity/"))

    assert "Try again" not in text
    assert "Put aside" not in text


def test_an_administrator_has_it_looked_at_again(client, admin_person, parked):
    client.force_login(admin_person)

    answer = client.post(f"/repairs/{parked.pk}/again/", follow=True)

    parked.refresh_from_db()
    assert answer.redirect_chain == [("/activity/#repairs", 302)]
    assert "It is looked at again within a minute." in text_of(answer)
    assert parked.state == "RETRIED"


def test_an_administrator_puts_it_aside(client, admin_person, parked):
    client.force_login(admin_person)

    answer = client.post(f"/repairs/{parked.pk}/aside/", {"comment": "A drill."}, follow=True)

    parked.refresh_from_db()
    assert "It was put aside and is not told of again." in text_of(answer)
    assert (parked.state, parked.comment) == ("PUT_ASIDE", "A drill.")
    assert FOUND not in text_of(answer)


def test_a_double_click_is_told_what_became_of_it(client, admin_person, parked):
    client.force_login(admin_person)
    client.post(f"/repairs/{parked.pk}/again/")

    answer = client.post(f"/repairs/{parked.pk}/again/", follow=True)

    assert "It is parked no more: tried again." in text_of(answer)


@pytest.mark.parametrize("comment", [None, "", "  ", "x" * 5001, "a\0b"])
def test_putting_aside_without_a_good_reason_changes_nothing(client, admin_person, parked, comment):
    client.force_login(admin_person)

    answer = client.post(
        f"/repairs/{parked.pk}/aside/", {} if comment is None else {"comment": comment}
    )

    parked.refresh_from_db()
    assert answer.status_code in (302, 400)
    assert parked.state == "PARKED"


@pytest.mark.parametrize("number", ["1", "999999999", "9" * 30])
@pytest.mark.parametrize("what", ["again", "aside"])
def test_what_is_not_there_is_said_kindly(client, admin_person, number, what):
    client.force_login(admin_person)

    answer = client.post(f"/repairs/{number}/{what}/", {"comment": "Why."}, follow=True)

    assert "There is no such repair." in text_of(answer)


@pytest.mark.parametrize("who", ["vera", "asha", "ben", "cleo"])
@pytest.mark.parametrize("what", ["again", "aside"])
def test_only_administrators_may(client, request, parked, who, what):
    client.force_login(request.getfixturevalue(who))

    assert client.post(f"/repairs/{parked.pk}/{what}/", {"comment": "x"}).status_code == 403
    parked.refresh_from_db()
    assert parked.state == "PARKED"


def test_nothing_changes_by_being_fetched(client, admin_person, parked):
    client.force_login(admin_person)

    assert client.get(f"/repairs/{parked.pk}/again/").status_code == 405


def test_no_token_is_on_the_page(client, vera, parked):
    ApprovalTask.objects.update(task_token="a-secret-token-of-the-workflow")
    client.force_login(vera)

    assert "a-secret-token" not in text_of(client.get("/activity/"))


def test_many_parked_things_take_no_more_queries(client, vera, submit, django_assert_num_queries):
    client.force_login(vera)
    park(submit(), trouble(), REASON)
    client.get("/activity/")
    with CaptureQueriesContext(connection) as one:
        client.get("/activity/")
    for _ in range(5):
        park(submit(), trouble(), REASON)

    with django_assert_num_queries(len(one)):
        client.get("/activity/")

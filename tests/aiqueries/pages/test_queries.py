"""The list of queries."""

import pytest

from aiqueries import services
from aiqueries.kinds import Purpose
from aiqueries.models import Query
from tests.aiqueries.pages.conftest import SCRIPT, text_of

pytestmark = pytest.mark.django_db


def test_an_empty_list_leads_to_asking(browser):
    text = text_of(browser, "/ai/queries/")

    assert "Nothing was asked yet" in text
    assert 'href="/ai/"' in text


def test_the_newest_stands_first(browser, ben, query):
    services.ask_query(prompt="What is a stem?", actor=ben)

    text = text_of(browser, "/ai/queries/")

    assert text.index("What is a stem?") < text.index("What is a distractor?")


def test_prompts_are_escaped(browser, ben):
    services.ask_query(prompt=SCRIPT, actor=ben)

    assert SCRIPT not in text_of(browser, "/ai/queries/")


def test_nobody_sees_somebody_elses(client, asha, query):
    client.force_login(asha)

    assert query.prompt not in text_of(client, "/ai/queries/", whose="all")


@pytest.mark.parametrize(("whose", "seen"), [("", False), ("all", True)])
def test_administrators_may_look_at_all(client, admin_person, query, whose, seen):
    client.force_login(admin_person)

    text = text_of(client, "/ai/queries/", whose=whose)

    assert (query.prompt in text) is seen
    assert ("Ben Novak" in text) is seen


def test_what_the_product_asked_is_its_own(client, admin_person, query):
    Query.objects.update(owner=None, purpose=Purpose.REVIEW, prompt="")
    client.force_login(admin_person)

    text = text_of(client, "/ai/queries/", whose="all")

    assert "Notes on a question under review" in text
    assert "The product" in text


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({"status": "QUEUED"}, True),
        ({"status": "OPEN"}, True),
        ({"status": "FAILED"}, False),
        ({"status": "odd"}, True),
        ({"about": "customer"}, True),
        ({"about": "question"}, False),
        ({"about": "nothing"}, False),
    ],
)
def test_the_list_is_filtered(browser, ben, northwind, wish, found):
    services.ask_query(prompt="Who is this?", customer_id=northwind.pk, actor=ben)

    text = text_of(browser, "/ai/queries/", **wish)

    assert ("Who is this?" in text) is found
    assert ("No query matches" in text) is (not found)


def test_what_it_is_about_is_named(browser, ben, northwind):
    services.ask_query(prompt="Who is this?", customer_id=northwind.pk, actor=ben)

    assert "Northwind College" in text_of(browser, "/ai/queries/")


def test_what_is_gone_is_not_named(browser, ben, northwind):
    services.ask_query(prompt="Who is this?", customer_id=northwind.pk, actor=ben)
    northwind.delete()

    assert "not there any more" in text_of(browser, "/ai/queries/")


def test_a_long_list_has_pages(browser, ben):
    for number in range(26):
        services.ask_query(prompt=f"Prompt {number:02}", actor=ben)

    text = text_of(browser, "/ai/queries/")

    assert "Prompt 25" in text
    assert "Prompt 00" not in text
    assert 'rel="next"' in text


def test_the_list_takes_nine_queries_at_most(
    browser, ben, northwind, question, django_assert_max_num_queries
):
    for _ in range(5):
        services.ask_query(prompt="Who?", customer_id=northwind.pk, actor=ben)
        services.ask_query(prompt="What?", question_id=question.pk, actor=ben)

    with django_assert_max_num_queries(9):
        browser.get("/ai/queries/")


# Rows that change in place


def rows(browser, *seen):
    return browser.get("/ai/queries/rows/", {"open": [f"{each.pk}:{n}" for each, n in seen]})


def test_a_row_that_has_not_changed_is_not_sent(browser, query):
    assert rows(browser, (query, query.position)).status_code == 204


def test_a_row_that_has_changed_is(browser, query):
    Query.objects.update(position=3)

    text = rows(browser, (query, 2)).content.decode()

    assert f'id="query-{query.pk}"' in text
    assert 'hx-swap-oob="true"' in text


def test_with_nothing_open_the_page_asks_no_more(browser):
    assert browser.get("/ai/queries/rows/").status_code == 286


def test_somebody_elses_row_is_not_sent(client, asha, query):
    client.force_login(asha)

    assert rows(client, (query, 99)).status_code == 204


def test_nonsense_is_no_row(browser):
    assert browser.get("/ai/queries/rows/", {"open": ["x", "1:2"]}).status_code == 286

"""The first page of the admin."""

import pytest

from config import dashboard


@pytest.fixture
def page(client, admin_person):
    client.force_login(admin_person)
    return lambda: client.get("/admin/")


def test_a_quiet_day_has_noughts(page):
    figures = page().context["figures"]

    assert [(figure.title, figure.number) for figure in figures] == [
        ("Pending", "0"),
        ("Overdue", "0"),
        ("Decided today", "0"),
        ("Dead deliveries", "0"),
    ]


def test_every_figure_leads_to_a_list(client, page):
    assert [client.get(figure.url).status_code for figure in page().context["figures"]] == [200] * 4


def test_every_place_in_the_sidebar_opens(client, page):
    groups = page().context["sidebar_navigation"]

    links = [str(item["link"]) for group in groups for item in group["items"]]
    assert len(links) == 13
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0"), (999, "999"), (1000, "999+"), (5000, "999+")]
)
def test_large_numbers_are_not_counted_out(number, shown):
    assert dashboard._shown(number) == shown

"""The first page of the admin."""

import pytest
from django.contrib import admin

from config.web import dashboard
from tests.approvals.conftest import make_overdue


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
    assert len(links) == 29
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("app", ["approvals", "workflows", "outbox", "audit", "notifications"])
def test_the_sidebar_leaves_out_no_list_of_these_apps(page, app):
    groups = page().context["sidebar_navigation"]

    links = {str(item["link"]) for group in groups for item in group["items"]}
    models = [model._meta for model in admin.site._registry if model._meta.app_label == app]
    assert {f"/admin/{app}/{model.model_name}/" for model in models} <= links


def test_overdue_leads_to_what_is_overdue(client, page, submit):
    late, _ = submit().tasks.get(), submit().tasks.get()
    make_overdue(late)
    overdue = page().context["figures"][1]

    listed = client.get(overdue.url).context["cl"].queryset

    assert (overdue.title, overdue.number) == ("Overdue", "1")
    assert list(listed) == [late]


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0"), (999, "999"), (1000, "999+"), (5000, "999+")]
)
def test_large_numbers_are_not_counted_out(number, shown):
    assert dashboard._shown(number) == shown

"""What stands around every page, and the pages for what went wrong."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.template import Context, Template
from django.utils import timezone

from config.templatetags import interface
from config.web.navigation import SECTIONS

STRICT = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)


def places(client):
    text = client.get("/settings/").content.decode()
    sidebar = text.partition('id="sidebar"')[2].partition("</aside>")[0]
    return re.findall(r"</svg>([A-Z][a-z ]+)", sidebar)


@pytest.mark.parametrize("forbidden", ["Inbox", "Questions", "Requests", "Import", "Activity"])
def test_cleo_sees_no_place_of_work(client, cleo, forbidden):
    client.force_login(cleo)

    assert forbidden not in places(client)


def test_only_staff_see_the_administration(client, asha, admin_person):
    client.force_login(asha)
    assert "Administration" not in places(client)

    client.force_login(admin_person)
    assert "Administration" in places(client)


def test_the_current_place_is_marked(client, asha):
    client.force_login(asha)

    text = client.get("/settings/").content.decode()

    assert text.count('aria-current="page"') == 1
    assert re.search(r'href="/settings/" aria-current="page"', text)


def test_no_two_places_share_a_name():
    names = [item.name for section in SECTIONS for item in section.items]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("part", STRICT)
def test_the_policy_is_strict(client, asha, part):
    client.force_login(asha)

    policy = client.get("/settings/")["Content-Security-Policy"]

    assert part in policy.split("; ")
    assert "unsafe" not in policy


def test_the_admin_alone_may_evaluate(client, admin_person):
    client.force_login(admin_person)

    policy = client.get("/admin/")["Content-Security-Policy"]

    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "default-src 'none'" in policy


def test_no_page_has_a_script_or_style_of_its_own(client, asha):
    client.force_login(asha)

    text = client.get("/settings/").content.decode()

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text)


def test_an_unknown_address_has_a_way_out(client, asha):
    client.force_login(asha)

    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "To the first page" in response.content.decode()
    assert 'id="sidebar"' in response.content.decode()


def test_an_unknown_address_tells_a_stranger_nothing_of_the_inside(client, db):
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "sidebar" not in response.content.decode()


def test_an_old_form_is_explained(client, asha):
    client.handler.enforce_csrf_checks = True
    client.force_login(asha)

    response = client.post("/settings/profile/", {"name": "Asha"})

    assert response.status_code == 403
    assert "That form was too old" in response.content.decode()


def test_a_breakdown_shows_a_page_that_asks_the_database_nothing(
    client, asha, monkeypatch, django_assert_num_queries
):
    def broken(*arguments):
        raise RuntimeError("on purpose")

    monkeypatch.setattr("config.web.views.has_role", broken)
    client.force_login(asha)
    client.raise_request_exception = False

    with django_assert_num_queries(3):  # session, person, and the record of it
        response = client.get("/")

    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Asha Rao", "AR"), ("Ben", "B"), ("Mary Ann Lee", "ML"), ("ben@example.com", "BE"), ("", "")],
)
def test_initials(name, letters):
    assert interface.initials(name) == letters


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=3), "now"),
        (timedelta(seconds=40), "40 s"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=5, minutes=50), "5 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=3), "3 d"),
    ],
)
def test_a_length_of_time_in_the_largest_unit(length, words):
    assert interface.span(length) == words


@pytest.mark.parametrize(
    ("left", "words", "look"),
    [
        (timedelta(hours=-2, minutes=-5), "Overdue 2 h", "late"),
        (timedelta(minutes=40, seconds=30), "Due in 40 min", "late"),
        (timedelta(seconds=20), "Due in 1 min", "late"),
        (timedelta(hours=3, minutes=30), "Due in 3 h", "pending"),
    ],
)
def test_a_due_time_as_a_pill(left, words, look):
    pill = interface.due(timezone.now() + left)

    assert words in pill
    assert f'class="pill {look}"' in pill


def test_a_status_is_never_colour_alone():
    pill = Template('{% status_pill "CHANGES_REQUESTED" %}').render(Context())

    assert "Changes requested" in pill
    assert "#square-pen" in pill


def test_every_icon_named_in_the_code_is_drawn(settings):
    drawn = set(re.findall(r'id="([^"]+)"', (settings.BASE_DIR / "static/icons.svg").read_text()))
    templates = (settings.BASE_DIR / "templates").rglob("*.html")
    written = {
        name
        for template in templates
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text())
    }
    listed = {item.icon for section in SECTIONS for item in section.items}
    looks = {mark for _, mark in interface.STATUS_LOOKS.values()}

    assert (written | listed | looks) - drawn == set()


def test_every_icon_drawn_is_named_somewhere(settings):
    drawn = re.findall(r'id="([^"]+)"', (settings.BASE_DIR / "static/icons.svg").read_text())
    ours = [Path(app.path) for app in apps.get_app_configs()]
    files = [file for app in ours if app.parent == settings.BASE_DIR for file in app.rglob("*.py")]
    files += (settings.BASE_DIR / "templates").rglob("*.html")
    text = "".join(file.read_text() for file in files)

    assert [name for name in drawn if f'"{name}"' not in text] == []

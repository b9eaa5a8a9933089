"""Whatever can change state here has a rule that says how the trail tells of it. No gaps."""

import re

import pytest
from django.db import connection
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from audit.coverage import coverage, doors
from audit.recording.sentences import SENTENCES
from audit.rules import ADMIN, COMMANDS, ROUTES, RULES, TASKS, Nothing, OnlyRows, Tells

pytestmark = pytest.mark.django_db

PARTS = {
    "ROUTES in audit/rules": (doors.routes, ROUTES),
    "ADMIN in audit/rules": (doors.admin_actions, ADMIN),
    "TASKS in audit/rules": (doors.tasks, TASKS),
    "COMMANDS in audit/rules": (doors.commands, COMMANDS),
}
ALL_RULES = [*ROUTES.items(), *ADMIN.items(), *TASKS.items(), *COMMANDS.items()]


@pytest.mark.parametrize("place", PARTS)
def test_every_door_has_a_rule(place):
    found, rules = PARTS[place]

    gaps = sorted(set(found()) - set(rules))

    assert not gaps, f"Say in {place} how the trail tells of {', '.join(gaps)}."


@pytest.mark.parametrize("place", PARTS)
def test_no_rule_is_for_a_door_that_is_gone(place):
    found, rules = PARTS[place]

    assert set(rules) - set(found()) == set()


def test_every_event_that_a_rule_names_has_a_sentence():
    told = {event for _, door in ALL_RULES if isinstance(door, Tells) for event in door.events}

    assert told <= set(SENTENCES)


def test_every_table_that_a_rule_names_is_recorded():
    named = {table for _, door in ALL_RULES if isinstance(door, OnlyRows) for table in door.tables}

    assert named <= set(RULES)


def test_every_reason_is_a_sentence():
    reasons = [door.reason for _, door in ALL_RULES if isinstance(door, Nothing)]

    assert all(re.fullmatch(r"[A-Z].{10,}\.", reason) for reason in reasons)


def test_nothing_is_missing_here():
    assert coverage().is_complete


def test_a_table_that_somebody_adds_is_a_gap():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE shadow_keys (id bigint)")

    assert "table shadow_keys" in coverage().gaps


def test_an_address_that_somebody_adds_is_a_gap(monkeypatch):
    monkeypatch.delitem(ROUTES, "POST tasks/<uuid:task_id>/decide/")

    assert "address POST tasks/<uuid:task_id>/decide/" in coverage().gaps


def test_a_trigger_that_was_switched_off_shows():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE approval_decisions DISABLE TRIGGER audit_capture")

    assert coverage().unwatched == ["approval_decisions"]


@pytest.mark.parametrize(
    ("view", "methods"),
    [
        (require_POST(lambda request: None), {"POST"}),
        (require_http_methods(["GET", "PUT"])(lambda request: None), {"GET", "PUT"}),
        (lambda request: None, {doors.ANY}),
    ],
    ids=["one", "two", "unsaid"],
)
def test_the_methods_of_a_view_are_found(view, methods):
    assert doors._methods(view) == methods


@pytest.mark.parametrize("who", ["vera", "admin_person"])
def test_auditors_and_administrators_see_the_page(client, request, who):
    client.force_login(request.getfixturevalue(who))

    page = client.get(reverse("audit-coverage")).content.decode()

    assert "has its rule, and every recorded table is watched" in page
    assert "approval_decisions" in page
    assert "POST tasks/&lt;uuid:task_id&gt;/decide/" in page


def test_the_page_names_a_gap(client, vera):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE shadow_keys (id bigint)")
    client.force_login(vera)

    page = client.get(reverse("audit-coverage")).content.decode()

    assert "Without a rule: table shadow_keys" in page


def test_others_do_not(client, asha):
    client.force_login(asha)

    assert client.get(reverse("audit-coverage")).status_code == 403

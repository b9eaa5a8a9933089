"""How useful notes are, by the wording that asked for them."""

from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from aiqueries.kinds import Status
from aiqueries.models import REVIEW_NOTES, NoteMark, Query
from aiqueries.selectors.acceptance import acceptance, wilson
from aiqueries.services.prompts.writing import choose_prompt_version, write_prompt_version
from approvals.services import record_first_view
from tests.aiqueries.notes.drafts import NOTE, draft, drafted, end

pytestmark = pytest.mark.django_db


def mark(note, assessor, useful):
    NoteMark.objects.create(note=note, assessor=assessor, useful=useful)


@pytest.fixture
def three(viewed, submit, asha, ada):
    """Three notes on two questions, one of them marked by two assessors."""
    one = drafted(viewed, NOTE, {**NOTE, "quote": "2"}, {**NOTE, "quote": "nowhere"})
    other = drafted(submit().tasks.get())
    first, second = one.notes.order_by("pk")
    mark(first, asha, useful=True)
    mark(first, ada, useful=True)
    mark(second, asha, useful=False)
    Query.objects.filter(pk=one.pk).update(cost=Decimal("0.02"))
    Query.objects.filter(pk=other.pk).update(cost=Decimal("0.01"))


def test_what_came_of_a_wording_is_counted(three):
    (row,) = acceptance()

    assert (row.version.number, row.in_use, row.drafts) == (1, True, 2)
    assert (row.offered, row.kept, row.dropped, row.unreadable) == (4, 3, 1, 0)
    assert (row.useful, row.not_useful, row.per_cent) == (2, 1, 67)
    assert row.models == ["offline/parrot-1"]


def test_a_draft_costs_what_those_cost_that_failed_too(three, submit):
    end(draft(submit().tasks.get()), Status.FAILED, cost=Decimal("0.01"))

    (row,) = acceptance()

    assert row.cost == Decimal("0.02")


def test_another_wording_has_figures_of_its_own(three, admin_person, viewed):
    first = acceptance()[0].version
    second = write_prompt_version(
        prompt=first.prompt,
        instructions="Answer format: review-notes",
        content="{data}",
        most_tokens=200,
        note="Shorter.",
        actor=admin_person,
    )
    choose_prompt_version(version=second, actor=admin_person)
    drafted(viewed, answer="nothing to read")

    rows = acceptance()

    assert [(row.version.number, row.in_use) for row in rows] == [(2, True), (1, False)]
    assert [(row.drafts, row.unreadable) for row in rows] == [(1, 1), (2, 0)]
    assert [row.per_cent for row in rows] == [None, 67]
    assert rows[0].interval is None


def test_without_drafts_there_is_nothing_to_count(db):
    (row,) = acceptance()

    assert (row.version.prompt.name, row.drafts, row.cost, row.models) == (
        REVIEW_NOTES,
        0,
        None,
        [],
    )


@pytest.mark.parametrize(
    ("hits", "tries", "interval"),
    [
        (0, 1, (0.0, 0.793)),
        (1, 1, (0.207, 1.0)),
        (5, 10, (0.237, 0.763)),
        (80, 100, (0.711, 0.867)),
    ],
)
def test_the_interval_is_that_of_wilson(hits, tries, interval):
    assert wilson(hits, tries) == pytest.approx(interval, abs=0.001)


@pytest.mark.parametrize("who", ["asha", "admin_person"])
def test_the_page_shows_the_figures(request, client, three, who):
    client.force_login(request.getfixturevalue(who))

    page = unescape(client.get(reverse("ai-prompts")).content.decode())

    assert '67 % <span class="meta">(21 to 94)</span>' in page
    assert "offline/parrot-1" in page
    assert "$0.015" in page


def test_an_empty_page_says_what_will_come(client, asha):
    client.force_login(asha)

    assert "No notes were drafted yet" in client.get(reverse("ai-prompts")).content.decode()


@pytest.mark.parametrize("who", ["ben", "cleo"])
def test_others_do_not_see_it(request, client, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("ai-prompts")).status_code == 403


def test_the_sidebar_leads_there(client, asha, ben):
    client.force_login(asha)
    assert reverse("ai-prompts") in client.get(reverse("ai-ask")).content.decode()

    client.force_login(ben)
    assert reverse("ai-prompts") not in client.get(reverse("ai-ask")).content.decode()


def test_a_first_view_without_a_mark_counts_for_nothing(viewed, submit, asha):
    task = submit().tasks.get()
    record_first_view(task_id=task.pk, answer="4", actor=asha)
    drafted(task)

    assert acceptance()[0].per_cent is None

"""Proof, drill and receipt in a real browser: they work by mouse and are for everybody to read."""

from uuid import uuid4

import pytest
from django.urls import reverse

from audit.models import SentHead
from tests.audit.sealed import sealed
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")


@pytest.fixture
def trail():
    """Entries under two heads, the first of which left the building."""
    sealed(*[{}] * 9)
    SentHead.objects.create(size=9, way="FILE", sent_at="2026-11-21T14:00Z")
    return sealed({"outcome": "APPROVED", "workflow_id": str(uuid4())}, *[{}] * 3)


def look(page, name, size, scheme):
    keep_picture(page, f"{name}-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_a_drill_shows_fourteen_of_fourteen(open_browser, vera, trail, size, scheme):
    page = open_browser(vera, viewport=size, scheme=scheme)
    page.goto(reverse("audit-drill"))

    page.get_by_role("button", name="Hold a drill now").click()
    page.get_by_text("14 of 14 found").wait_for(timeout=60_000)

    assert page.locator(".attempts .pill.ok").count() == 14
    look(page, "audit-drill", size, scheme)


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_the_proof_is_seen_at_a_glance(open_browser, vera, trail, size, scheme):
    page = open_browser(vera, viewport=size, scheme=scheme)
    page.goto(reverse("audit-proof"))

    assert page.get_by_text("All entries are sealed").is_visible()
    look(page, "audit-proof", size, scheme)


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_a_receipt_is_read(open_browser, vera, trail, size, scheme):
    page = open_browser(vera, viewport=size, scheme=scheme)
    page.goto(reverse("audit-receipt", args=[trail[0].sequence]))

    assert page.get_by_text("What proves it").is_visible()
    look(page, "audit-receipt", size, scheme)


def test_a_receipt_is_printed_without_what_is_around_it(open_browser, vera, trail):
    page = open_browser(vera)
    page.goto(reverse("audit-receipt", args=[trail[0].sequence]))

    page.emulate_media(media="print")

    keep_picture(page, "audit-receipt-print")
    assert not page.locator("#sidebar").is_visible()
    assert not page.get_by_role("link", name="Download receipt").is_visible()
    assert page.get_by_text("What proves it").is_visible()


def test_what_was_downloaded_is_proved_on_the_page_that_verifies(
    open_browser, vera, trail, tmp_path
):
    page = open_browser(vera)
    page.goto(reverse("audit-receipt", args=[trail[0].sequence]))
    with page.expect_download() as download:
        page.get_by_role("link", name="Download receipt").click()
    path = tmp_path / "receipt.json"
    download.value.save_as(path)

    page.get_by_role("link", name="Verify it").click()
    page.locator("#files").set_input_files(path)
    page.locator("#result").wait_for()

    assert page.locator("#wrong").is_hidden()
    assert "Asha Rao approved “Which gas law?”." in page.locator("#record dl").inner_text()

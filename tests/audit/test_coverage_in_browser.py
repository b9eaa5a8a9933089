"""What is recorded, as auditors see it in a browser."""

import pytest

from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_has_no_accessibility_finding(open_browser, vera, viewport, scheme):
    page = open_browser(vera, viewport=viewport, scheme=scheme)
    page.goto("/audit/coverage/")
    keep_picture(page, f"coverage-{scheme}-{viewport['width']}")

    assert accessibility_findings(page) == []

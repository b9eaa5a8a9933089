import pytest

from audit.models import Export
from audit.reading.selection import Selection
from audit.services import exporting, streaming
from core.actor import SYSTEM
from tests.audit.handover.conftest import sealed_up_to
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]
EXPORTS, STREAMS = "/audit/exports/", "/audit/streams/"


@pytest.fixture
def handed_over(vera):
    """Exports in every state, and streams in every state."""
    sealed_up_to(3)
    ask = {"selection": Selection(action="accounts.signed_in"), "person": vera}
    for with_names in (True, False):
        exporting.ask_for_export(with_names=with_names, **ask)
    exporting.make_exports(seconds=60)
    failed = exporting.ask_for_export(with_names=False, **ask)
    Export.objects.filter(pk=failed.pk).update(
        status="FAILED", error="Something went wrong here (OSError)."
    )
    running = exporting.ask_for_export(with_names=True, **ask)
    Export.objects.filter(pk=running.pk).update(
        status="RUNNING", expected=1_000_000, written=420_000, attempt=1
    )
    for name, status in (("SIEM", "ACTIVE"), ("Archive", "FAILING"), ("Regulator", "PAUSED")):
        stream, _ = streaming.create_stream(
            name=name,
            url=f"http://127.0.0.1:1/{name.lower()}",
            only={"actions": ["approvals."]},
            from_start=True,
            actor=SYSTEM,
        )
        stream.status = status
        if status == "FAILING":
            stream.failures, stream.error = 20, "The answer was 500."
        stream.save()


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
@pytest.mark.parametrize("place", [EXPORTS, STREAMS])
@pytest.mark.usefixtures("handed_over")
def test_axe_finds_nothing(open_browser, vera, admin_person, place, size, scheme):
    page = open_browser(vera if place == EXPORTS else admin_person, viewport=size, scheme=scheme)
    page.goto(place)

    keep_picture(page, f"{place.strip('/').replace('/', '-')}-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("place", [EXPORTS, STREAMS])
def test_axe_finds_nothing_where_nothing_is(open_browser, admin_person, place):
    page = open_browser(admin_person, viewport=PHONE)
    page.goto(place)

    keep_picture(page, f"{place.strip('/').replace('/', '-')}-empty")
    assert accessibility_findings(page) == []


def test_an_export_becomes_ready_while_the_page_is_open(open_browser, vera):
    sealed_up_to(2)
    page = open_browser(vera)
    page.goto(EXPORTS)
    page.get_by_role("button", name="Write it").click()
    page.get_by_text("Waiting").wait_for()

    exporting.make_exports(seconds=60)
    page.get_by_text("Ready").wait_for()

    with page.expect_download() as download:
        page.get_by_role("link", name="Proof, zip").click()
    assert download.value.suggested_filename == "audit-entries.zip"


def test_a_receiver_is_added_and_its_secret_shown(open_browser, admin_person):
    page = open_browser(admin_person)
    page.goto(STREAMS)
    page.get_by_label("Name").fill("SIEM")
    page.get_by_label("Address").fill("http://127.0.0.1:1/hook")
    page.get_by_role("button", name="Add it").click()

    assert page.locator(".secret").inner_text().startswith("whsec_")
    keep_picture(page, "audit-streams-secret")
    page.get_by_role("link", name="SIEM", exact=True).click()
    assert accessibility_findings(page) == []
    keep_picture(page, "audit-stream-one")

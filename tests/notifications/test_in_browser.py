"""Bell, mailbox and audit trail in a real browser, strict policy and all."""

import pytest
from django.core.mail import EmailMultiAlternatives

from notifications import mailbox
from notifications.models import Notification
from tests.audit.trail import entry
from tests.browser import DESKTOP, PHONE, accessibility_findings, keep_picture
from tests.notifications.conftest import CLOSED

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCREENS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (DESKTOP, PHONE)
    for scheme in ("light", "dark")
]


@pytest.fixture
def mail(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    message = EmailMultiAlternatives("Please decide", "Open /settings/", None, ["a@example.com"])
    message.attach_alternative(
        '<p style="color:#14181f">Hello</p><a href="/settings/">Open it</a>'
        "<script>document.title = 'broken in'</script>",
        "text/html",
    )
    message.send()
    return next(mailbox.newest(1))


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
@pytest.mark.parametrize("place", ["/audit/", "/audit/1/", "/mailbox/"])
def test_axe_finds_nothing_in_trail_and_mailbox(open_browser, vera, mail, place, size, scheme):
    entry(1)
    entry(2, text="Ben Novak asked for approval of “Which gas law relates pressure and volume?”.")
    page = open_browser(vera, viewport=size, scheme=scheme)
    page.goto(place)

    keep_picture(page, f"{place.strip('/').replace('/', '-')}-{size['width']}-{scheme}")
    assert accessibility_findings(page) == []


def test_following_a_notification_marks_it_as_read(open_browser, told, ben):
    told(CLOSED.__class__(**{**CLOSED.payload(), "requester_id": str(ben.id)}))
    page = open_browser(ben)
    page.goto("/notifications/")

    page.locator("a[data-read]").click()
    page.wait_for_url("**/requests/**")
    page.wait_for_timeout(300)

    assert Notification.objects.get().read_at is not None


def test_a_mail_is_shown_but_runs_nothing(chromium, live_server, client, vera, mail):
    # Not through open_browser: that its script is refused is just what the policy should report.
    client.force_login(vera)
    context = chromium.new_context(base_url=live_server.url)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([cookie | {"url": live_server.url}])
    page = context.new_page()
    page.goto(f"/mailbox/{mail.name}/")
    frame = page.frame_locator("iframe")

    assert frame.get_by_text("Hello").is_visible()
    assert frame.locator("html").evaluate("() => document.title") == ""
    keep_picture(page, "mail")
    frame.get_by_role("link", name="Open it").click()
    page.wait_for_url("**/settings/")
    context.close()

"""Two browsers on the whole product: one decides, and what told the other withdraws by itself."""

import http.client
import json
from contextlib import closing

import psycopg2
import pytest

from config import postgres
from tests.browser import DESKTOP, PATIENCE, PHONE, keep_picture
from tests.processes import Up

pytestmark = pytest.mark.slow

TITLE = "Which river crosses Vienna?"
SUBMISSION = {
    "question": {
        "question_text": TITLE,
        "options": ["Danube", "Rhine"],
        "correct_answer": "Danube",
    },
    "policy": {"stages": [{"name": "Any assessor", "group": "assessors"}]},
}
# Ada has her mails about new tasks in the digest of tomorrow morning.
_WISH = """
INSERT INTO notifications_preference (person_id, kind, channel, mode)
SELECT id, 'TASK_ASSIGNED', 'EMAIL', 'DIGEST' FROM accounts_user WHERE email = 'ada@example.com'
"""
_MAIL = """
SELECT delivery.status, delivery.answer
FROM notifications_delivery AS delivery
JOIN notifications_notification AS told ON told.id = delivery.notification_id
JOIN accounts_user AS person ON person.id = told.recipient_id
WHERE person.email = %s AND told.title = %s AND delivery.channel = 'EMAIL'
"""


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    up = Up(tmp_path_factory.mktemp("two-browsers") / "var").start()
    yield up
    up.stop()


@pytest.fixture
def ask(up):
    address = postgres.url(up.var.resolve() / "postgres")
    with closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True

        def run(question, *values):
            cursor = connection.cursor()
            cursor.execute(question, values)
            return cursor.fetchall() if cursor.description else None

        yield run


@pytest.fixture
def open_as(up, chromium):
    """Sign in as one of the demo's people, and open their notifications."""
    contexts = []

    def signed_in(name, viewport):
        context = chromium.new_context(
            base_url=f"http://127.0.0.1:{up.port}", viewport=viewport, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto("/sign-in/")
        page.fill("[name=username]", f"{name}@example.com")
        page.fill("[name=password]", (up.var / "demo-password").read_text().strip())
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda address: "sign-in" not in address)
        with page.expect_response(lambda answer: answer.url.endswith("/events/")):
            page.goto("/notifications/")
        return page

    yield signed_in
    for context in contexts:
        context.close()


def submit(up):
    token = up.manage("create_api_token", "ben@example.com").stdout.split()[-1]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with closing(http.client.HTTPConnection("127.0.0.1", up.port)) as server:
        server.request("POST", "/api/v1/approval-requests/", json.dumps(SUBMISSION), headers)
        answer = server.getresponse()
        assert answer.status == 201, answer.read()


def row(page):
    return page.locator("[data-row]", has=page.get_by_role("link", name=TITLE, exact=False))


def badge(page):
    return int(page.locator("#bell").inner_text() or 0)


def told_after(page, number):
    page.wait_for_function(
        "number => Number(document.querySelector('#bell').textContent) === number", arg=number
    )


def test_one_decides_and_what_told_the_other_withdraws(up, ask, open_as):
    ask(_WISH)
    asha, ada = open_as("asha", DESKTOP), open_as("ada", PHONE)
    before = badge(asha), badge(ada)

    submit(up)
    row(asha).wait_for()
    row(ada).wait_for()
    told_after(asha, before[0] + 1)
    told_after(ada, before[1] + 1)
    assert ask(_MAIL, "ada@example.com", f"Please decide: {TITLE}") == [("PENDING", "")]
    place = row(ada).bounding_box()
    keep_picture(ada, "ada-before")

    row(asha).get_by_role("link", name=f"Please decide: {TITLE}", exact=True).click()
    asha.get_by_role("button", name="Approve").click()
    row(ada).get_by_text("Asha Rao approved it.").wait_for()

    told_after(ada, before[1])
    keep_picture(ada, "ada-after")
    assert row(ada).get_attribute("class") == "row done"
    assert row(ada).bounding_box()["y"] == pytest.approx(place["y"], abs=1)
    assert ada.locator("#announcer").inner_text() == (
        f"Please decide: {TITLE}: Asha Rao approved it."
    )
    assert ask(_MAIL, "ada@example.com", f"Please decide: {TITLE}") == [
        ("CANCELLED", "Asha Rao approved it.")
    ]

    asha.goto("/notifications/")
    assert row(asha).get_by_text("You approved it.").is_visible()
    assert badge(asha) == before[0]
    assert [status for status, _ in ask(_MAIL, "asha@example.com", f"Please decide: {TITLE}")] == [
        "SENT"
    ]

    row(ada).get_by_role("link", name="Why?").click()
    ada.get_by_role("heading", name="Why did I get this?").wait_for()
    keep_picture(ada, "ada-why")
    assert ada.get_by_text("Asha Rao approved it.").first.is_visible()

"""A real browser on a real server: fixtures for the slow tests."""

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CANDIDATES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome")
DESKTOP = {"width": 1360, "height": 860}
PATIENCE = 10_000  # milliseconds
PHONE = {"width": 390, "height": 844}


def executable():
    """The installed Chromium or Chrome: CHROME if that is set, else the first on the path."""
    named = os.environ.get("CHROME")
    found = named or next(filter(None, map(shutil.which, CANDIDATES)), None)
    return found or pytest.fail("No Chromium or Chrome is installed: set CHROME to one.")


@pytest.fixture(scope="session")
def chromium(django_db_setup, live_server):
    """Closed before the server, and both before their database, so that nobody is left in it."""
    live_server.thread.httpd.daemon_threads = False  # what is being answered is waited for
    # Playwright runs an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium, live_server, client):
    """
    Open a page as somebody, or as nobody.

    Fails the test at its end when the page broke a content security policy, raised an error in a
    script, or asked for something that is not there.
    """
    contexts, troubles = [], []

    def open_as(person=None, *, viewport=None, scheme="light", javascript=True):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport=viewport or DESKTOP,
            color_scheme=scheme,
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if person is not None:
            client.force_login(person)
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
            context.add_cookies([cookie | {"url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if _is_csp(said) else None)
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert troubles == []


def _is_csp(message):
    return "Content Security Policy" in message.text


def accessibility_findings(page):
    """What axe objects to on the page as it is now, one line for each rule and place."""
    report = Axe().run(page)
    return [
        f"{finding['id']}: {node['html'][:120]}"
        for finding in report.response["violations"]
        for node in finding["nodes"]
    ]


def keep_picture(page, name):
    """A full-page picture for people to look at, when PICTURES names a folder."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, caret="initial")

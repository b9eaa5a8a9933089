"""What people are shown: signing in, and reading pages and API as each role."""

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from harness.people import PASSWORD
from harness.world import HOST

ROLES = ("asha", "ben", "vera", "admin")
PATHS = (
    "/",
    "/inbox/",
    "/questions/",
    "/requests/",
    "/notifications/",
    "/settings/",
    "/executions/",
    "/audit/",
    "/activity/",
    "/activity/now/",
    "/mailbox/",
    "/admin/",
    "/admin/outbox/delivery/",
    "/admin/workflows/execution/",
    "/api/v1/",
    "/api/v1/approval-tasks/",
    "/api/v1/approval-requests/",
    "/api/v1/questions/",
    "/api/v1/notifications/",
    "/api/v1/audit/events/",
    "/api/v1/schema/",
    "/healthz",
    "/readyz",
)
_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def people(world, crowd=0):
    """Add the cast to the world; return their API tokens by name."""
    return json.loads(world.run("-m", "harness.people", str(crowd)))


class Visitor:
    """A browser without scripts, signed in as one person."""

    def __init__(self, port, name):
        self.address = f"http://{HOST}:{port}"
        self.name = name
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        _, form, _ = self.read("/sign-in/")
        fields = {
            "csrfmiddlewaretoken": _FIELD.search(form).group(1),
            "username": f"{name}@example.com",
            "password": PASSWORD,
        }
        self.read("/sign-in/", urllib.parse.urlencode(fields).encode())

    def read(self, path, data=None):
        """Status, text and seconds of one page."""
        request = urllib.request.Request(
            self.address + path, data, {"Referer": self.address + "/sign-in/"}
        )
        began = time.monotonic()
        try:
            with self.opener.open(request, timeout=30) as response:
                status, body = response.status, response.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        return status, body.decode(errors="replace"), time.monotonic() - began


def seen(port, tokens, ledger, most=40):
    """(address, text) of the main pages and of some requests and tasks, as everybody sees them."""
    shown = []
    requests = [chapter.request_id for chapter in ledger.chapters if chapter.request_id][:most]
    tasks = [chapter.decisions[0][0] for chapter in ledger.chapters if chapter.decisions][:most]
    own = [
        *(f"/requests/{request}/" for request in requests),
        *(f"/executions/request-{request}/" for request in requests),
        *(f"/api/v1/approval-requests/{request}/" for request in requests),
        *(f"/api/v1/executions/request-{request}/" for request in requests),
        *(f"/tasks/{task}/" for task in tasks),
    ]
    for role in ROLES:
        visitor = Visitor(port, role)
        paths = (*PATHS, *(own if role in ("admin", "ben") else own[:10]))
        shown += [(f"page {path} for {role}", visitor.read(path)[1]) for path in paths]
    return shown

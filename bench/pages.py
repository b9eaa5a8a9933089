"""The inbox and the list API with a thousand tasks and with a million of the same kind."""

import statistics
import time

from bench.fill import fill
from bench.ground import empty_database, in_a_process

FEW, MANY = 1_000, 1_000_000
WARM_UP = 10  # requests
REQUESTS = 300
LONGEST = 15  # seconds for one page's requests, should they be slow
MOST_QUERIES = 8
PAGES = {
    "inbox page": "/inbox/",
    "list API": "/api/v1/approval-tasks/?box=mine",
    "list API, done": "/api/v1/approval-tasks/?box=done",
    "requests page": "/requests/",
}


def measure(report):
    with empty_database() as url:
        people = in_a_process(make_people)
        fill(url, FEW, people)
        few = in_a_process(_measure)
        fill(url, MANY - FEW, people)
        many = in_a_process(_measure)
    for name in PAGES:
        _tell(report, name, few[name], many[name])


def _tell(report, name, few, many):
    queries = max(few["queries"], many["queries"])
    ratio = many["p95"] / few["p95"]
    for size, figures in ((FEW, few), (MANY, many)):
        report.add(
            f"{name}, {size:,} tasks",
            f"p50 {figures['p50'] * 1000:.1f} ms, p95 {figures['p95'] * 1000:.1f} ms",
        )
    report.add(f"{name}: p95 many / few", f"{ratio:.2f}", aim="≤ 1.5", held=ratio <= 1.5)
    report.add(f"{name}: queries", str(queries), aim="≤ 8", held=queries <= MOST_QUERIES)


def make_people():
    """Five assessors and a requester; returns their ids and the policy that each one means."""
    from django.contrib.auth.models import Group

    from accounts.models import User
    from accounts.roles import ASSESSORS, REQUESTERS
    from approvals.services.planning import plan

    ben = User.objects.create_user("ben@example.com", name="Ben Ito")
    ben.groups.add(Group.objects.get(name=REQUESTERS))
    assessors = []
    for name in ("asha", "ada", "dana", "emil", "fay"):
        user = User.objects.create_user(f"{name}@example.com", name=name.title())
        user.groups.add(Group.objects.get(name=ASSESSORS))
        policy = plan(assigned_to=user.email, policy=None, barred=frozenset({ben.pk}))
        assessors.append((str(user.pk), policy.as_json()))
    return str(ben.pk), assessors


def _measure():
    """The view's own time, in process: no network and no server in front of it."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email="asha@example.com"))
    figures = {}
    for name, path in PAGES.items():
        for _ in range(WARM_UP):
            _get(client, path)
        with CaptureQueriesContext(connection) as captured:
            _get(client, path)
        queries = len(captured)
        times = _times(client, path)
        figures[name] = {
            "queries": queries,
            "p50": statistics.median(times),
            "p95": times[int(len(times) * 0.95)],
        }
    return figures


def _times(client, path):
    until = time.monotonic() + LONGEST
    times = []
    while len(times) < REQUESTS and time.monotonic() < until:
        times.append(_get(client, path))
    return sorted(times)


def _get(client, path):
    began = time.perf_counter()
    response = client.get(path)
    took = time.perf_counter() - began
    if response.status_code != 200:
        raise AssertionError(f"{path} answered {response.status_code}.")
    return took

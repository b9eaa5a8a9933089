"""Searches and histories in a trail of a million entries, whatever is asked together."""

import random
import statistics
import time
from functools import cache

from bench.ground import empty_database, in_a_process
from bench.trail import FEVER, ONCE, POLICIES, fill, person, scheme, words

ENTRIES = 1_000_000
EACH = 60  # searches of a kind
AIM, TIMELINE_AIM = 0.100, 0.030
MIXED, AS_PAGE = "any of these, at random", "two facets and a common word, as a page"
WATCHED = ("audit_entry", "audit_record", "audit_link", "audit_posting")


def measure(report):
    with empty_database() as url:
        began = time.monotonic()
        fill(url, ENTRIES)
        filled = time.monotonic() - began
        indexed = in_a_process(_index)
        kinds, scans = in_a_process(_measure)
    report.add(f"trail of {ENTRIES:,} entries", f"filled in {filled:.0f} s")
    report.add("taken into the search's index", f"{ENTRIES / indexed:,.0f} entries/s")
    for name, (figures, aim) in kinds.items():
        p50, p95 = statistics.median(figures), statistics.quantiles(figures, n=20)[-1]
        report.add(
            name,
            f"p50 {p50 * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms",
            aim=f"p95 ≤ {aim * 1000:.0f} ms",
            held=p95 <= aim,
        )
    report.add("sequential scans of the trail meanwhile", str(scans), aim="0", held=scans == 0)


def _index():
    from audit.search.indexing import index_segments

    began = time.monotonic()
    index_segments(ENTRIES)
    return time.monotonic() - began


def _measure():
    from django.db import connection

    _search({"text": "wrong"})
    before = _scans(connection)
    chance = random.Random(1)
    kinds = {name: ([], AIM) for name in (*_KINDS, MIXED, AS_PAGE)}
    kinds["first page of a history"] = ([], TIMELINE_AIM)
    for _ in range(EACH):
        for name, ask in _KINDS.items():
            figures = _search(_facets(chance) | ask(chance))
            kinds[name][0].append(figures)
            kinds[MIXED][0].append(figures)
        kinds[AS_PAGE][0].append(_page(_facets(chance) | _common(chance)))
        kinds["first page of a history"][0].append(_history(chance))
    time.sleep(1)  # until the server has counted
    return kinds, _scans(connection) - before


def _common(chance):
    return {"text": chance.choice(["wrong", "key", "agreed", "wording option", "unclear"])}


def _long_ago(chance):
    return {"text": FEVER, "action": "approvals.task_decided"}


def _deep(chance):
    from audit.models import Entry
    from audit.search.pages import ORDER

    place = Entry(sequence=chance.randrange(1, ENTRIES))
    return _common(chance) | {"cursor": ORDER.cursor("after", place)}


def _never(chance):
    return _common(chance) | {"action": "approvals.request_submitted", "outcome": "APPROVED"}


_VOCABULARY = words()
_KINDS = {
    "two facets and a common word": _common,
    "two facets and a common word, deep pages": _deep,
    "two facets and a rare word": lambda chance: {"text": chance.choice(_VOCABULARY[200:])},
    "two facets and a word of 20 comments": lambda chance: {"text": ONCE},
    "two facets and a word of a spell long ago": _long_ago,
    "two facets that never meet and a common word": _never,
    "two facets and a word that is nowhere": lambda chance: {"text": "xylophone"},
    "two facets and a phrase": lambda chance: {"text": '"wrong see"'},
    "two facets and the beginning of words": lambda chance: {
        "text": chance.choice(_VOCABULARY[100:])[:3] + "*"
    },
}


def _facets(chance):
    """Any two that can be set."""
    all_of_them = {
        "scheme": scheme(chance.randrange(24)),
        "outcome": chance.choice(["APPROVED", "REJECTED", "CHANGES_REQUESTED"]),
        "kind": chance.choice(["task", "request", "question"]),
        "owner": person(chance.randrange(150)),
        "person": person(150 + chance.randrange(50)),
        "action": chance.choice(["approvals.task_decided", "approvals.request_closed"]),
    }
    return {name: all_of_them[name] for name in chance.sample(sorted(all_of_them), 2)}


def _search(given):
    """Seconds for a page of 50, the number of all that fit and the facets."""
    from audit.reading.filters import EntryFilter
    from audit.search.facets import facets
    from audit.search.pages import page_of

    cursor = given.pop("cursor", "")
    began = time.perf_counter()
    form = EntryFilter(given)
    if not form.is_valid():
        raise ValueError(form.errors)
    page = page_of(form.asked(), cursor=cursor, limit=50)
    facets(page.gathered or [])
    return time.perf_counter() - began


def _page(given):
    client = _client()
    began = time.perf_counter()
    response = client.get("/audit/", given)
    seconds = time.perf_counter() - began
    if response.status_code != 200:
        raise ValueError(response.status_code)
    return seconds


@cache
def _client():
    from django.conf import settings
    from django.contrib.auth.models import Group
    from django.test import Client

    from accounts.models import User
    from accounts.roles import AUDITORS

    settings.ALLOWED_HOSTS = ["testserver"]
    vera = User.objects.create_user(f"vera-{time.time()}@example.com", name="Vera")
    vera.groups.add(Group.objects.get(name=AUDITORS))
    client = Client()
    client.force_login(vera)
    return client


def _history(chance):
    from audit.reading.histories import history

    kind, thing = chance.choice(
        [("policy", str(1 + chance.randrange(POLICIES))), ("user", person(chance.randrange(150)))]
    )
    began = time.perf_counter()
    history(kind, thing, limit=50)
    return time.perf_counter() - began


def _scans(connection):
    """How often the tables were read from end to end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname = ANY(%s)", [list(WATCHED)]
        )
        return int(cursor.fetchone()[0])

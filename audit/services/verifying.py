"""Checks the real trail, and tells of it."""

import json
import re
from collections.abc import Iterator, Sequence

from django.db import transaction

from audit.events import TrailChecked
from audit.services.checking import Verification, check_trail
from core.actor import Actor
from outbox.publishing import publish

WORKERS = 2

# A head as in a file of heads, one JSON object in a line, or as it stands in a mail.
_IN_JSON = re.compile(r'"note"\s*:\s*("(?:[^"\\]|\\.)*")')
_IN_MAIL = re.compile(
    r"^\S[^\n]*\n\d+\n[A-Za-z0-9+/=]{44}\ntime [^\n]+\n\n(?:— [^\n]+(?:\n|\Z))+", re.MULTILINE
)


def verify_trail(
    *, actor: Actor, since: int = 0, outside: Sequence[str] = (), workers: int = WORKERS
) -> Verification:
    """Check the trail as `check_trail` does, and publish that it was checked."""
    seen = check_trail(since=since, outside=outside, workers=workers)
    with transaction.atomic():
        publish(_told(seen), actor=actor)
    return seen


def notes_in(text: str) -> Iterator[str]:
    """The signed heads in any text: a file of heads, or a mail."""
    for found in _IN_JSON.finditer(text):
        yield json.loads(found[1])
    for found in _IN_MAIL.finditer(text.replace("\r\n", "\n")):
        yield found[0].rstrip("\n") + "\n"


def _told(seen: Verification) -> TrailChecked:
    return TrailChecked(
        first=seen.first,
        last=seen.size,
        sealed=seen.sealed,
        heads=seen.heads,
        findings=seen.failed.total(),
        failed=seen.found_by(),
        seconds=round(seen.seconds),
    )

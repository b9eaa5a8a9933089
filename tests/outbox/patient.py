"""A subscriber for real workers (`celery worker --include`): the first time it takes its time."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from outbox.events import DomainEvent, subscribe


@dataclass(frozen=True, kw_only=True)
class Posed(DomainEvent):
    name: ClassVar[str] = "tests.posed"

    diary: str
    seconds: float


@subscribe(Posed)
def ponder(event, envelope):
    diary = Path(event.diary)
    first = not diary.exists()
    with diary.open("a") as lines:
        lines.write("began\n")
    if first:
        time.sleep(event.seconds)

"""What the driver was promised: every answer that it got, and what it put in besides."""

import json
import threading
from dataclasses import asdict, dataclass, field

from harness.stories import Story, Turn


@dataclass
class Chapter:
    """One story as far as it was acknowledged."""

    story: Story
    request_id: str = ""
    question_id: str = ""
    decisions: list = field(default_factory=list)  # [task id, person, verdict]
    revisions: int = 0
    withdrawn: bool = False
    finished: bool = False
    stuck: str = ""  # what the driver waited for in vain


@dataclass
class Ledger:
    """Everything that the checker may count on. Written by many threads under `lock`."""

    engine: str = "local"
    chapters: list = field(default_factory=list)
    poison: list = field(default_factory=list)  # ids of the messages that nobody can handle
    injected_events: list = field(default_factory=list)  # uuids of events that we wrote ourselves
    faults: dict = field(default_factory=dict)  # kind → how many
    backwards: list = field(default_factory=list)  # what was seen to go backwards
    died: list = field(default_factory=list)  # programs that ended and were not killed
    secrets: list = field(default_factory=list)  # what must be found nowhere
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count(self, fault, number=1):
        with self.lock:
            self.faults[fault] = self.faults.get(fault, 0) + number

    @property
    def killed(self):
        """Whether anything was killed: only then may a mail have copies."""
        return any(count for fault, count in self.faults.items() if fault.startswith("kill"))

    def save(self, path):
        kept = {name: value for name, value in vars(self).items() if name != "lock"}
        kept["chapters"] = [asdict(chapter) for chapter in self.chapters]
        path.write_text(json.dumps(kept, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path):
        kept = json.loads(path.read_text(encoding="utf-8"))
        kept["chapters"] = [_chapter(each) for each in kept["chapters"]]
        return cls(**kept)


def _chapter(kept):
    told = kept.pop("story")
    turns = tuple(
        Turn(**{**turn, "verdicts": tuple(map(tuple, turn["verdicts"]))}) for turn in told["turns"]
    )
    story = Story(**{**told, "turns": turns, "stages": tuple(told["stages"])})
    return Chapter(story=story, **kept)

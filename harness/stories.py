"""What the driver will do: a pure plan, the same for the same seed."""

import random
from dataclasses import dataclass, replace

REQUESTERS = ("ben", "bo")
ASSESSORS = ("asha", "ada", "abe")
SOON = 6 / 3600  # hours until a task that is to expire is due


@dataclass(frozen=True)
class Turn:
    """One task: the stage and round it stands for, and who gives which verdict, in this order."""

    stage: int
    round: int
    verdicts: tuple[tuple[str, str], ...]
    returns: bool = False  # changes are requested: a new version follows


@dataclass(frozen=True)
class Story:
    """One request from its submission to its end. `eager`: nobody waits until they are asked."""

    number: int
    kind: str
    requester: str
    stages: tuple[dict, ...]
    turns: tuple[Turn, ...]
    outcome: str
    eager: bool = False
    begins_at: float = 0.0  # seconds after the first

    @property
    def text(self):
        """The question, which tells this story's request from all others."""
        return f"Which of these is number {self.number}? (story {self.number:06d})"


def _stage(*people, **more):
    return {"assessors": list(people), **more}


def _one(verdict):
    def tell(people):
        (first, *_) = people
        return [_stage(first)], [Turn(0, 0, ((first, verdict),))], verdict

    return tell


def _two_of_three(people):
    first, second, third = people
    verdicts = ((first, "APPROVED"), (second, "REJECTED"), (third, "APPROVED"))
    return [_stage(*people, approve_n=2, return_n=2)], [Turn(0, 0, verdicts)], "APPROVED"


def _two_stages(last):
    def tell(people):
        first, second, _ = people
        turns = [Turn(0, 0, ((first, "APPROVED"),)), Turn(1, 0, ((second, last),))]
        return [_stage(first), _stage(second)], turns, last

    return tell


def _changes(people):
    first = people[0]
    turns = [
        Turn(0, 0, ((first, "CHANGES_REQUESTED"),), returns=True),
        Turn(0, 1, ((first, "APPROVED"),)),
    ]
    return [_stage(first)], turns, "APPROVED"


def _expired(people):
    return [_stage(people[0], due_hours=SOON)], [Turn(0, 0, ())], "EXPIRED"


def _withdrawn(people):
    return [_stage(people[0])], [Turn(0, 0, ())], "CANCELLED"


def _withdrawn_instead_of_revised(people):
    first = people[0]
    turn = Turn(0, 0, ((first, "CHANGES_REQUESTED"),), returns=True)
    return [_stage(first)], [turn], "CANCELLED"


KINDS = {
    "approved": (_one("APPROVED"), 6),
    "rejected": (_one("REJECTED"), 3),
    "two of three": (_two_of_three, 3),
    "two stages": (_two_stages("APPROVED"), 3),
    "rejected in the second stage": (_two_stages("REJECTED"), 1),
    "changed": (_changes, 3),
    "expired": (_expired, 2),
    "withdrawn": (_withdrawn, 2),
    "withdrawn instead of revised": (_withdrawn_instead_of_revised, 1),
}
_MAY_BE_EAGER = ("approved", "rejected", "withdrawn")


def plan(count, seed, *, spread=0.0, kinds=None):
    """`count` stories that begin over `spread` seconds; of every kind or of those named."""
    chance = random.Random(seed)
    names = list(kinds or KINDS)
    weights = [KINDS[name][1] for name in names]
    stories = []
    for number in range(count):
        # Each kind once first, so that small runs have all of them.
        kind = names[number] if number < len(names) else chance.choices(names, weights)[0]
        stages, turns, outcome = KINDS[kind][0](chance.sample(ASSESSORS, len(ASSESSORS)))
        stories.append(
            Story(
                number=number,
                kind=kind,
                requester=chance.choice(REQUESTERS),
                stages=tuple(stages),
                turns=tuple(turns),
                outcome=outcome,
                eager=kind in _MAY_BE_EAGER and chance.random() < 0.3,
                begins_at=spread * number / max(count, 1),
            )
        )
    return stories


def numbered(story, number):
    """The same story under another number."""
    return replace(story, number=number)

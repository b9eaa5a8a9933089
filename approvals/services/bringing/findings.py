"""What rules of item writing say of a file as a whole, gathered while its rows are checked."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from approvals.content import QuestionContent
from approvals.flaws import find_flaws
from approvals.flaws.positions import judged, placed

# The keys of all questions are counted; flaws in so many, so that checking stays quick.
MOST_LOOKED_AT = 5000


class Findings:
    """Fed with the questions in the order of the file; `as_json` is what an import keeps of it."""

    def __init__(self) -> None:
        self._looked_at = self._flawed = 0
        self._by_rule = Counter[str]()
        self._placed: list[tuple[int, int]] = []

    def add(self, contents: Iterable[QuestionContent]) -> None:
        for content in contents:
            self._placed.append(placed(content))
            if self._looked_at < MOST_LOOKED_AT:
                self._look_at(content)

    def _look_at(self, content: QuestionContent) -> None:
        rules = {flaw.rule for flaw in find_flaws(content)}
        self._looked_at += 1
        self._flawed += bool(rules)
        self._by_rule.update(rules)

    def as_json(self) -> dict[str, Any]:
        """
        Of all `questions` the first `looked_at` were, and `flawed` have a flaw or hint: `by_rule`.

        `keys` counts the keys by position, and `notes` says in sentences what is odd about them.
        """
        positions = judged(self._placed)
        notes = [crowd.says for crowd in positions.crowds]
        return {
            "questions": len(self._placed),
            "looked_at": self._looked_at,
            "flawed": self._flawed,
            "by_rule": dict(self._by_rule.most_common()),
            "keys": list(positions.counts),
            "notes": [*notes, positions.run.says] if positions.run else notes,
            "source": positions.source,
        }

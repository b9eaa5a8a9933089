"""What changed between two wordings of a prompt, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is the same in both, or only in one. `kind`: same, gone or new."""

    kind: str
    text: str


def changed_lines(before: str, after: str) -> list[Line]:
    """Every line of both, in order; those that went stand before those that came."""
    old, new = before.split("\n"), after.split("\n")
    return list(_lines(old, new))


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        if kind == "equal":
            yield from (Line("same", text) for text in old[from_old:to_old])
        else:
            yield from (Line("gone", text) for text in old[from_old:to_old])
            yield from (Line("new", text) for text in new[from_new:to_new])

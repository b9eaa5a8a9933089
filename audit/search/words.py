"""
What people type to find words, as web search engines taught them.

    gas law       both words          "gas law"     one after the other
    gas or law    either              -law          not this one
    thermo*       words that begin so

Words are compared by their stems, as PostgreSQL's dictionary of English has them.
"""

import re
from dataclasses import dataclass

from django.db import connection

from audit.search.conditions import Condition, Either, Every, Prefix, Term, Without

WORD = "w:"
_TYPED = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_TOKEN = re.compile(
    r"\s*(?:'((?:[^'\\]|''|\\.)*)'(?::(\*?)[A-D]*)?|(<->|<\d+>)|([&|!()]))", re.DOTALL
)
_LONGEST = 20  # words and phrases


class NothingToFind(Exception):
    """There is no word in it that could be looked for."""


@dataclass(frozen=True, slots=True)
class Words:
    """What was asked for: the query for the database, and the same as a condition."""

    query: str
    condition: Condition


def read(typed: str) -> Words:
    """Asks the database for the stems. Raises NothingToFind."""
    either: list[list[tuple[str, str, str]]] = [[]]
    for sign, phrase, word in _TYPED.findall(typed)[:_LONGEST]:
        if word.lower() == "or" and not sign:
            either.append([])
        elif word.endswith("*") and word.strip("*-"):
            either[-1].append((sign, "to_tsquery", _beginning(word)))
        else:
            either[-1].append((sign, "phraseto_tsquery", phrase or word))
    query = _asked([group for group in either if group])
    if not query:
        raise NothingToFind("Every word of it is too common to be looked for.")
    return Words(query, _Reader(query).condition())


def _beginning(word: str) -> str:
    quoted = word.rstrip("*").replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*"


def _asked(either: list[list[tuple[str, str, str]]]) -> str:
    """The tsquery in its text form; empty where nothing is left of the words."""
    if not either:
        return ""
    pieces = [
        " && ".join(f"{'!!' if sign else ''}{call}('english', %s)" for sign, call, _ in group)
        for group in either
    ]
    given = [words for group in either for _, _, words in group]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (({') || ('.join(pieces)}))::text", given)
        return str(cursor.fetchone()[0])


class _Reader:
    """Reads a tsquery: `!` binds closest, then `<->`, `&` and `|`."""

    def __init__(self, query: str) -> None:
        self._tokens = [match.groups() for match in _TOKEN.finditer(query)]
        self._at = 0

    def condition(self) -> Condition:
        return self._either()

    def _either(self) -> Condition:
        parts = [self._every()]
        while self._takes("|"):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self) -> Condition:
        parts = [self._in_order()]
        while self._takes("&"):
            parts.append(self._in_order())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _in_order(self) -> Condition:
        parts = [self._one()]
        while self._peek()[2]:
            self._at += 1
            parts.append(self._one())
        if len(parts) == 1:
            return parts[0]
        return Every(tuple(part for part in parts if not isinstance(part, Without)), in_order=True)

    def _one(self) -> Condition:
        if self._takes("!"):
            return Without(self._one())
        if self._takes("("):
            inner = self._either()
            self._at += 1
            return inner
        lexeme, star, *_ = self._tokens[self._at]
        self._at += 1
        name = WORD + re.sub(r"''|\\(.)", lambda found: found.group(1) or "'", lexeme)
        return Prefix(name) if star else Term(name)

    def _peek(self) -> tuple[str | None, ...]:
        return self._tokens[self._at] if self._at < len(self._tokens) else (None,) * 4

    def _takes(self, sign: str) -> bool:
        taken = self._peek()[3] == sign
        self._at += taken
        return taken

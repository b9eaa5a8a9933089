"""Making a person's names and addresses unreadable in texts, in Python and in PostgreSQL alike."""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Field, Func, JSONField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

ERASED = "[erased]"
# What a name must not stand amid: "Ann" is no part of "annual". Latin to Devanagari and beyond,
# as ranges, since both of the regular expressions' dialects read them alike.
_LETTERS = "0-9A-Za-z\u00c0-\u02af\u0370-\u1fff"
# In a URL a blank is a plus or %20.
_BETWEEN = "(?:[\\s\u00a0,_.+-]|%20){1,3}"
_LEAST = 3  # characters; a shorter name would be found everywhere


class Words:
    """
    Names and addresses to look for, whatever their case.

    A name of several words is found as "Asha Rao", "asha_rao" and "Rao, Asha", one of a single
    word only as it is written or in capitals: "May" is not "may". `pattern` is a regular
    expression that means the same to Python and to PostgreSQL.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted({" ".join(word.split()) for word in words} - {""}, key=_longest_first)
        found = [way for word in self.words if len(word) >= _LEAST for way in _ways(word)]
        # Matches nothing where there is nothing to look for.
        self.pattern = "|".join(dict.fromkeys(found)) or r"(?!)"
        self._compiled = re.compile(self.pattern) if found else None

    def found_in(self, text: str) -> bool:
        return self._compiled is not None and self._compiled.search(text) is not None

    def redacted(self, text: str) -> str:
        return text if self._compiled is None else self._compiled.sub(ERASED, text)

    def __bool__(self) -> bool:
        return self._compiled is not None


def found(rows: "QuerySet[Any]", columns: Sequence[str], words: Words) -> "QuerySet[Any]":
    """Those rows that have the words in one of these columns, texts or JSON."""
    if not words:
        return rows.none()
    texts = {f"{name}_as_text": Cast(name, TextField()) for name in columns}
    having = [Q(**{f"{text}__regex": words.pattern}) for text in texts]
    naming: QuerySet[Any] = rows.alias(**texts).filter(reduce(or_, having))
    return naming


def redact(rows: "QuerySet[Any]", columns: Sequence[str], words: Words) -> int:
    """Make the words unreadable in these columns; return how many rows had them."""
    if not words:
        return 0
    return found(rows, columns, words).update(
        **{name: _replaced(rows.model._meta.get_field(name), words) for name in columns}
    )


def _replaced(field: "Field[Any, Any]", words: Words) -> "Func[Any] | Cast":
    text = Cast(field.name, TextField())
    every = Value("g")
    replaced = Func(
        *(text, Value(words.pattern), Value(ERASED), every),
        function="regexp_replace",
        output_field=TextField(),
    )
    return Cast(replaced, JSONField()) if isinstance(field, JSONField) else replaced


def _ways(word: str) -> list[str]:
    """Regular expressions for the ways in which a name or an address is written."""
    forms = [unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)]
    # As it reads inside a JSON string and, for an address, inside a URL.
    forms += [json.dumps(form, ensure_ascii=False)[1:-1] for form in forms]
    if "@" in word:
        forms += [word.replace("@", "%40")]
        return [_bounded(_any_case(form), _LETTERS + "._+-") for form in dict.fromkeys(forms)]
    return [_bounded(way, _LETTERS) for form in dict.fromkeys(forms) for way in _ways_of_name(form)]


def _ways_of_name(name: str) -> list[str]:
    parts = name.split()
    if len(parts) == 1:
        return [re.escape(name), re.escape(name.upper())]
    turned = [parts[-1], *parts[:-1]]
    return [_BETWEEN.join(map(_any_case, order)) for order in (parts, turned)]


def _bounded(way: str, letters: str) -> str:
    return f"(?<![{letters}]){way}(?![{_LETTERS}])"


def _any_case(word: str) -> str:
    return "".join(_letter(each) for each in word)


def _letter(each: str) -> str:
    low, high = each.lower(), each.upper()
    return f"[{low}{high}]" if low != high and len(low) == len(high) == 1 else re.escape(each)


def _longest_first(word: str) -> tuple[int, str]:
    return -len(word), word

"""
Questions that say nearly the same: by the trigrams that they share.

The score is pg_trgm's similarity of text and options together: of all trigrams that one of the two
has, the share that both have. Neither the order of words nor that of options counts, nor case.
Scoring all questions would take a second for 50,000, so candidates are found first, by their rarest
words: docs/decisions/0023-near-duplicates-are-found-by-rare-words.md.
"""

import json
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from django.db import connection

from accounts.models import User
from approvals.content import QuestionContent
from approvals.models import Question

NEARLY_THE_SAME = 0.5  # from here on a score is told of
MOST_FOUND = 50
MOST_WORDS = 8
# Of the words that are looked for, so many are enough alone; of the others it takes two.
ENOUGH_ALONE = 2
ALWAYS_TAKEN = 4
COMMON = 0.02  # of all questions have such a word

# Rarest first. What is not among the common words is rare; longer words are, mostly, rarer.
_WORDS = """
SELECT asked.word, common.share
FROM unnest(tsvector_to_array(to_tsvector('simple', %s))) AS asked (word)
LEFT JOIN approvals_common_words() AS common USING (word)
ORDER BY common.share NULLS FIRST, length(asked.word) DESC, asked.word LIMIT %s
"""
# The expression is the one that the index questions_alike has.
_SIMILAR = """
SELECT question_id, similarity(said, %(said)s) AS score,
    similarity(question_text, %(text)s), similarity(options::text, %(options)s)
FROM (
    SELECT question_id, question_text, options, question_text || ' ' || options::text AS said
    FROM questions
    WHERE to_tsvector('simple'::regconfig,
            COALESCE(question_text, '') || ' ' || COALESCE(options::text, '')) @@ %(words)s::tsquery
        AND question_id IS DISTINCT FROM %(but)s
    LIMIT 2000
) AS candidates
WHERE similarity(said, %(said)s) >= %(least)s
ORDER BY score DESC, question_id LIMIT %(most)s
"""


@dataclass(frozen=True, kw_only=True)
class Similar:
    """
    A question that says nearly what another says. Scores are between 0 and 1.

    `text` and `options` score these alone, to tell where the likeness comes from.
    """

    question: Question
    score: float
    text: float
    options: float

    @property
    def because(self) -> str:
        """What is alike: "text", "options", or "text and options"."""
        parts = {"text": self.text, "options": self.options}
        alike = [name for name, score in parts.items() if score >= NEARLY_THE_SAME]
        return " and ".join(alike) or max(parts, key=lambda name: parts[name])


@dataclass(frozen=True, kw_only=True)
class Alike:
    """What was found, the most similar first, and how many more there are to see for others."""

    found: tuple[Similar, ...]
    hidden: int

    def __bool__(self) -> bool:
        return bool(self.found or self.hidden)


def similar_to(
    content: QuestionContent, user: User, *, but: UUID | None = None, limit: int = 10
) -> Alike:
    """
    The questions that nearly repeat this content, in their newest versions.

    `but` is the question that has the content itself. What this person may not read is counted
    only, among the first 50.
    """
    scores = {row[0]: row[1:] for row in _scored(content, but)}
    readable = Question.objects.visible_to(user).filter(pk__in=scores).select_related("created_by")
    questions = {each.pk: each for each in readable} if scores else {}
    found = [
        Similar(question=questions[pk], score=score, text=text, options=options)
        for pk, (score, text, options) in scores.items()
        if pk in questions
    ]
    return Alike(found=tuple(found[:limit]), hidden=len(scores) - len(found))


def _scored(content: QuestionContent, but: UUID | None) -> list[tuple[UUID, float, float, float]]:
    options = json.dumps(content.options, ensure_ascii=False)
    said = f"{content.question_text} {options}"
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, [said, MOST_WORDS])
        words = _wanted(cursor.fetchall())
        if not words:
            return []
        given = {
            "said": said,
            "text": content.question_text,
            "options": options,
            "words": words,
            "but": but,
            "least": NEARLY_THE_SAME,
            "most": MOST_FOUND,
        }
        cursor.execute(_SIMILAR, given)
        return list(cursor.fetchall())


def _wanted(ranked: list[tuple[str, float | None]]) -> str:
    """
    The words as a tsquery: one of the rarest, or two of the others.

    Who changes a few letters, a name or a number leaves most words as they were. Common ones are
    left out where there are rarer, since they lead to questions by the thousand.
    """
    kept = [
        _quoted(word)
        for place, (word, share) in enumerate(ranked)
        if place < ALWAYS_TAKEN or (share or 0) <= COMMON
    ]
    alone, others = kept[:ENOUGH_ALONE], kept[ENOUGH_ALONE:]
    return " | ".join([*alone, *(f"({one} & {other})" for one, other in combinations(others, 2))])


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"

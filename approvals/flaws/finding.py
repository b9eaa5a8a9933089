"""From a question to its flaws."""

from collections.abc import Collection
from dataclasses import dataclass

from approvals.content import QuestionContent
from approvals.flaws.items import QUESTION_TEXT, Item
from approvals.flaws.register import Rule, Severity, Span
from approvals.flaws.rules import RULES

LONGEST_QUOTE = 160  # characters; the span itself may be longer


@dataclass(frozen=True, slots=True)
class Flaw:
    """
    Where a question goes against a rule: characters `start` to `end` of `part`.

    `part` is `question_text` or `options[2]`. `quote` is what stands there, shortened where it is
    long; `says` a sentence for people; `source` where the rule comes from.
    """

    rule: str
    part: str
    start: int
    end: int
    quote: str
    says: str
    source: str
    severity: Severity = Severity.FLAW

    @property
    def place(self) -> str:
        """For people: Question, Option C."""
        return "Question" if self.part == QUESTION_TEXT else f"Option {chr(65 + _index(self.part))}"

    @property
    def is_hint(self) -> bool:
        return self.severity == Severity.HINT


def find_flaws(content: QuestionContent, *, off: Collection[str] = ()) -> list[Flaw]:
    """
    Everything in the question that goes against a rule, but for the rules that are `off`.

    In the order of the rules. Rules about words look at English only. Never raises, whatever the
    text; time grows no faster than the text does.
    """
    item = Item(content)
    return [
        _flaw(item, rule, span)
        for rule in RULES.values()
        if rule.name not in off
        for span in rule.look(item)
    ]


def _flaw(item: Item, rule: Rule, span: Span) -> Flaw:
    text = item.stem if span.part == QUESTION_TEXT else item.options[_index(span.part)]
    quote = text[span.start : span.end]
    if len(quote) > LONGEST_QUOTE:
        quote = quote[: LONGEST_QUOTE - 1].rstrip() + "…"
    return Flaw(
        rule=rule.name,
        part=span.part,
        start=span.start,
        end=span.end,
        quote=quote,
        says=span.says or rule.sentence,
        source=rule.source,
        severity=span.severity or rule.severity,
    )


def _index(part: str) -> int:
    return int(part[len("options[") : -1])

"""How useful assessors find the notes that each wording of the prompt brings about."""

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Concat

from aiqueries.kinds import Purpose
from aiqueries.models import REVIEW_NOTES, Draft, NoteMark, PromptVersion, Query

Z = 1.96  # of a normal distribution, 95 in 100 lie within so many standard deviations


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """One wording, and what came of it. `cost` is a draft's, with those that failed; US dollars."""

    version: PromptVersion
    in_use: bool
    drafts: int
    unreadable: int
    offered: int
    kept: int
    useful: int
    not_useful: int
    models: list[str]
    cost: Decimal | None

    @property
    def dropped(self) -> int:
        return self.offered - self.kept

    @property
    def per_cent(self) -> int | None:
        """How many of a hundred marks say that a note was useful."""
        marks = self.useful + self.not_useful
        return round(100 * self.useful / marks) if marks else None

    @property
    def interval(self) -> tuple[int, int] | None:
        """Between which per cent it may really lie."""
        marks = self.useful + self.not_useful
        if not marks:
            return None
        low, high = wilson(self.useful, marks)
        return round(100 * low), round(100 * high)


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """
    The 95 % interval of a share that was seen in a sample, true of few tries, too.

    E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927.
    """
    share, square = hits / tries, Z * Z
    middle = (share + square / (2 * tries)) / (1 + square / tries)
    spread = share * (1 - share) / tries + square / (4 * tries * tries)
    half = Z * sqrt(spread) / (1 + square / tries)
    return max(0.0, middle - half), min(1.0, middle + half)


def acceptance() -> list[Acceptance]:
    """Every wording of the prompt for notes, the newest first, in four statements."""
    drafts, marks, queries = _drafts(), _marks(), _queries()
    versions = PromptVersion.objects.filter(prompt__name=REVIEW_NOTES).select_related("prompt")
    return [
        _row(version, drafts.get(version.pk), marks.get(version.pk), queries.get(version.pk))
        for version in versions.order_by("-number")
    ]


def _row(version: PromptVersion, drafts: Any, marks: Any, queries: Any) -> Acceptance:
    count = drafts["drafts"] if drafts else 0
    spent = queries["spent"] if queries else None
    return Acceptance(
        version=version,
        in_use=version.prompt.current_id == version.pk,
        drafts=count,
        unreadable=drafts["unreadable"] if drafts else 0,
        offered=drafts["written"] if drafts else 0,
        kept=drafts["held"] if drafts else 0,
        useful=marks["yes"] if marks else 0,
        not_useful=marks["no"] if marks else 0,
        models=sorted(queries["models"]) if queries else [],
        cost=spent / count if spent is not None and count else None,
    )


def _drafts() -> dict[int, Any]:
    counted = Draft.objects.values("template").annotate(
        drafts=Count("pk"),
        unreadable=Count("pk", filter=Q(is_readable=False)),
        written=Sum("offered"),
        held=Sum("kept"),
    )
    return _by(counted, "template")


def _marks() -> dict[int, Any]:
    counted = NoteMark.objects.values("note__draft__template").annotate(
        yes=Count("pk", filter=Q(useful=True)), no=Count("pk", filter=Q(useful=False))
    )
    return _by(counted, "note__draft__template")


def _queries() -> dict[int, Any]:
    models = Concat(F("provider"), Value("/"), F("answered_by"))
    counted = Query.objects.filter(purpose=Purpose.REVIEW).values("template")
    return _by(
        counted.annotate(
            spent=Sum("cost"),
            models=ArrayAgg(models, distinct=True, filter=~Q(answered_by=""), default=Value([])),
        ),
        "template",
    )


def _by(rows: QuerySet[Any, Any], key: str) -> dict[int, Any]:
    return {row[key]: row for row in rows.order_by(key)}

"""What other services hand in by API: one thing, or several, each with its own outcome."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from django.conf import settings
from rest_framework import serializers

from core.errors import Malformed
from core.strict import Unreadable, several

REFUSED = "refused"

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one thing that was handed in; `code` and `detail` say why it was refused."""

    id: str
    outcome: str
    code: str = ""
    detail: str = ""


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of one. `code` and `detail` are empty unless it was refused."""

    id = serializers.CharField(help_text="Its own id, as far as it had one.")
    code = serializers.CharField()
    detail = serializers.CharField()


@dataclass(frozen=True, kw_only=True)
class Shape(Generic[T]):
    """
    How a body looks: `one`, or `{several: [one, …]}` with up to `most`.

    `read` raises strict.Unreadable; `refusal` is what the caller is told then.
    """

    one: str
    several: str
    most: int
    read: Callable[[Mapping[str, Any]], T]
    refusal: type[Malformed]

    def parts(self, body: Any) -> list[T | Outcome]:
        """
        What the body brings, in its order, with an outcome in the place of what is malformed.

        What is malformed and stands alone is refused as a whole.
        """
        if not isinstance(body, dict):
            raise self.refusal(f"Send one {self.one}, or an object with {self.several}.")
        try:
            if self.several not in body:
                return [self.read(body)]
            given = several(body, self.several, most=self.most)
        except Unreadable as refusal:
            raise self.refusal(str(refusal)) from None
        return [self._part(each) for each in given]

    def _part(self, body: dict[str, Any]) -> T | Outcome:
        try:
            return self.read(body)
        except Unreadable as refusal:
            return Outcome(
                id=str(body.get("id", ""))[:36],
                outcome=REFUSED,
                code=self.refusal.code,
                detail=str(refusal),
            )


def answered(outcomes: Iterable[Outcome], **counts: str) -> dict[str, Any]:
    """The body of the answer: for each outcome in `counts` how many had it, by that name."""
    results = [asdict(each) for each in outcomes]
    counted = {
        name: sum(each["outcome"] == outcome for each in results)
        for name, outcome in counts.items()
    }
    return {**counted, "results": results}


@cache
def schema_of(path: str) -> dict[str, Any]:
    """The JSON Schema that is kept at this path of the project."""
    found: dict[str, Any] = json.loads((settings.BASE_DIR / path).read_text(encoding="utf-8"))
    return found

"""
Pages of a long list that cost the same however deep one reads.

A page begins after a row, not after a number of rows: the row's own ordering values are the
cursor, and PostgreSQL goes straight to them in the index with `(a, b) > (x, y)`. Nothing counts.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured, ValidationError
from django.db.models import BooleanField, F, Field, Func, Model, QuerySet, Value

from core.errors import Malformed

ModelT = TypeVar("ModelT", bound=Model)


class BadCursor(Malformed):
    """The cursor is not one that this list gave out."""

    code = "invalid_cursor"


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[ModelT]):
    """The rows of one page, and the cursors of its neighbours where there are any."""

    items: list[ModelT]
    next: str | None
    previous: str | None


class _RowIsBeyond(Func):
    """`(a, b) > (x, y)`: one comparison of rows, which an index on (a, b) can answer."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, columns: Sequence[str], values: Sequence[Value], operator: str) -> None:
        slots = ", ".join(["{}"] * len(columns))
        self._shape = f"({slots}) {operator} ({slots})"
        super().__init__(*[F(column) for column in columns], *values)

    def as_sql(self, compiler: Any, *_: Any, **__: Any) -> tuple[str, tuple[str | int, ...]]:
        compiled = [compiler.compile(expression) for expression in self.source_expressions]
        sql = self._shape.format(*[piece for piece, _ in compiled])
        return sql, tuple(param for _, params in compiled for param in params)


class Keyset(Generic[ModelT]):
    """
    A stated order to read a list in, such as `("due_at", "id")` or `("-created_at", "-id")`.

    A column may be another table's, `"places__due_at"`, where the queryset joins one row of it.
    All columns run the same way, since one row comparison answers for all of them; the last
    is unique; none may be null, for null is neither before nor after anything.
    Raises ImproperlyConfigured for an order that breaks one of these.
    """

    def __init__(self, model: type[ModelT], ordering: Sequence[str]) -> None:
        self.descending = bool(ordering) and ordering[0].startswith("-")
        self.columns = [name.removeprefix("-") for name in ordering]
        self.fields = [_sortable(model, name) for name in self.columns]
        self.joined = {
            f"keyset_{place}": F(name) for place, name in enumerate(self.columns) if "__" in name
        }
        # What the columns are called on a row and in its query.
        self.names = [
            f"keyset_{place}" if "__" in name else name for place, name in enumerate(self.columns)
        ]
        if not ordering or any(name.startswith("-") != self.descending for name in ordering):
            raise ImproperlyConfigured(f"{ordering} does not run one way.")
        if not self.fields[-1].unique:
            raise ImproperlyConfigured(f"{ordering} does not end in a unique column.")

    def page(
        self, queryset: QuerySet[ModelT], *, cursor: str = "", limit: int = 25
    ) -> KeysetPage[ModelT]:
        """The page at this cursor; without one, the first. Raises BadCursor."""
        backwards, values = self.place(cursor) if cursor else (False, [])
        descending = self.descending != backwards
        queryset = queryset.annotate(**self.joined)
        if values:
            operator = "<" if descending else ">"
            queryset = queryset.filter(_RowIsBeyond(self.names, values, operator))
        sign = "-" if descending else ""
        rows = list(queryset.order_by(*[sign + name for name in self.names])[: limit + 1])
        more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            rows.reverse()
        return self._framed(rows, more=more, backwards=backwards, inside=bool(values))

    def _framed(
        self, rows: list[ModelT], *, more: bool, backwards: bool, inside: bool
    ) -> KeysetPage[ModelT]:
        has_next = bool(rows) and (more or backwards)
        has_previous = bool(rows) and (more if backwards else inside)
        return KeysetPage(
            items=rows,
            next=self.cursor("after", rows[-1]) if has_next else None,
            previous=self.cursor("before", rows[0]) if has_previous else None,
        )

    def cursor(self, side: str, row: ModelT) -> str:
        """Names the place right "after" or "before" a row."""
        values = [_as_text(getattr(row, name)) for name in self.names]
        text = json.dumps([side, ",".join(self.columns), *values], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def place(self, cursor: str) -> tuple[bool, list[Value]]:
        """Whether a cursor reads backwards, and the values of its row. Raises BadCursor."""
        # Not signed: it can only name a place in a list that the caller may read anyway.
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            side, columns, *values = json.loads(base64.b64decode(padded, b"-_", validate=True))
            if side not in ("after", "before") or columns != ",".join(self.columns):
                raise BadCursor("This cursor belongs to another list.", field="cursor")
            parsed = [_parsed(f, v) for f, v in zip(self.fields, values, strict=True)]
        except (ValueError, TypeError, RecursionError, ValidationError) as error:
            raise BadCursor("This is not a cursor of this list.", field="cursor") from error
        return side == "before", parsed


def _sortable(model: type[Model], name: str) -> "Field[Any, Any]":
    *path, last = name.split("__")
    try:
        owner: type[Model] = model
        for step in path:
            owner = cast(type[Model], owner._meta.get_field(step).related_model)
        field = owner._meta.get_field(last)
    except FieldDoesNotExist as error:
        raise ImproperlyConfigured(f"{model.__name__} has no column {name}.") from error
    if not isinstance(field, Field) or field.null:
        raise ImproperlyConfigured(f"{model.__name__}.{name} cannot order a list of pages.")
    return field


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _parsed(field: "Field[Any, Any]", text: Any) -> Value:
    if not isinstance(text, str) or "\0" in text:
        raise TypeError("Cursor values travel as text.")
    value = field.to_python(text)
    field.run_validators(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("A time without a zone is not ours.")
    return Value(value, output_field=field)

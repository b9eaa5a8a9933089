"""How a table is recorded."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

OLD = "89 days"  # a day less than the outbox keeps events: clocks may differ
EVERYTHING = ("INSERT", "UPDATE", "DELETE")
OUT_OF_ORDER = ("UPDATE", "DELETE")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """
    How the rows of one table come into the trail.

    `kind` and the column `key` say which thing a row belongs to, so whose history it is part of;
    `row` is the primary key where that is another column. Of `masked` columns the trigger writes
    no value. `personal` leads from a column with personal data to the column with the person's
    id, `texts` are columns in which people write freely: both go into boxes. A change of nothing
    but `ignored` columns is not recorded. Tables that are only ever added to, and that events
    tell of, may record no more than what is OUT_OF_ORDER; TRUNCATE is recorded of each.
    What is older than OLD by the column `aged` is pruned, and goes without a record.
    """

    kind: str
    key: str = "id"
    row: str = ""
    masked: Set[str] = frozenset()
    personal: Mapping[str, str] = field(default_factory=dict)
    texts: Set[str] = frozenset()
    ignored: Set[str] = frozenset()
    operations: tuple[str, ...] = EVERYTHING
    aged: str = ""

    @property
    def named(self) -> list[str]:
        """The columns that stand in every change, differing or not: which row it was, and whose."""
        return sorted({self.row, *self.personal.values()} - {"", self.key})

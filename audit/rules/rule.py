"""How a table is recorded."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from types import MappingProxyType

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """
    How the rows of one table come into the trail.

    `kind` and the column `key` say which thing a row belongs to, so whose history it is part of.
    Of `masked` columns the trigger writes no value. `personal` leads from a column with personal
    data to the column with the person's id, `texts` are columns in which people write freely: both
    go into boxes. A change of nothing but `ignored` columns is not recorded.
    """

    kind: str
    key: str = "id"
    masked: Set[str] = frozenset()
    personal: Mapping[str, str] = field(default=_NONE)
    texts: Set[str] = frozenset()
    ignored: Set[str] = frozenset()

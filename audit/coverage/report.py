"""Each table, address, admin action, task and command with its rule, and the gaps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from audit.coverage import doors
from audit.rules import ADMIN, COMMANDS, EXEMPT, ROUTES, RULES, TASKS, Door, Nothing, Rule, Tells
from audit.rules.rule import EVERYTHING
from audit.triggers import unwatched


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table and its rule, or the reason why it has none; `is_watched` by its triggers."""

    name: str
    rule: Rule | None
    reason: str
    is_watched: bool

    @property
    def is_gap(self) -> bool:
        return self.rule is None and not self.reason

    @property
    def treated(self) -> list[tuple[str, list[str]]]:
        """Which columns are written down otherwise than they stand, in words."""
        if self.rule is None:
            return []
        boxed = sorted({*self.rule.personal, *self.rule.texts})
        parts = {
            "masked": sorted(self.rule.masked),
            "sealed apart": boxed,
            "left out": sorted(self.rule.ignored),
        }
        return [(how, columns) for how, columns in parts.items() if columns]

    @property
    def operations(self) -> str:
        if self.rule is None:
            return ""
        if set(self.rule.operations) == set(EVERYTHING):
            return "every change"
        return ", ".join(name.lower() for name in self.rule.operations)


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way by which state can be changed, and how that is recorded."""

    name: str
    door: Door | None

    @property
    def events(self) -> tuple[str, ...]:
        return self.door.events if isinstance(self.door, Tells) else ()

    @property
    def reason(self) -> str:
        return self.door.reason if isinstance(self.door, Nothing) else ""

    @property
    def tables(self) -> tuple[str, ...]:
        return getattr(self.door, "tables", ())


@dataclass(frozen=True, kw_only=True)
class Part:
    """All ways of one kind."""

    kind: str
    heading: str
    ways: list[Way]


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What there is, and what is said of it."""

    tables: list[Table]
    parts: list[Part]

    @property
    def recorded(self) -> list[Table]:
        return [table for table in self.tables if table.rule]

    @property
    def exempt(self) -> list[Table]:
        return [table for table in self.tables if not table.rule]

    @property
    def unwatched(self) -> list[str]:
        """Recorded tables whose triggers are missing, switched off or not as they were made."""
        return [table.name for table in self.recorded if not table.is_watched]

    @property
    def gaps(self) -> list[str]:
        """What nobody has said anything about."""
        tables = [f"table {table.name}" for table in self.tables if table.is_gap]
        ways = ((part.kind, way) for part in self.parts for way in part.ways)
        return tables + [f"{kind.lower()} {way.name}" for kind, way in ways if way.door is None]

    @property
    def is_complete(self) -> bool:
        return not self.gaps and not self.unwatched


def coverage() -> Coverage:
    """How things stand now, in this database and this release."""
    unseen = unwatched()
    return Coverage(
        tables=[_table(name, unseen) for name in _table_names()],
        parts=[
            _part("Address", "Addresses that take more than reading", doors.routes(), ROUTES),
            _part("Action", "What the admin can do", doors.admin_actions(), ADMIN),
            _part("Task", "Celery tasks", doors.tasks(), TASKS),
            _part("Command", "Commands of manage.py", doors.commands(), COMMANDS),
        ],
    )


def _table(name: str, unseen: set[str]) -> Table:
    rule = RULES.get(name)
    watched = rule is not None and name not in unseen
    return Table(name=name, rule=rule, reason=EXEMPT.get(name, ""), is_watched=watched)


def _table_names() -> list[str]:
    """All of them, whoever made them, but for temporary ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relkind IN ('r', 'p') ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def _part(kind: str, heading: str, names: Iterable[str], rules: Mapping[str, Door]) -> Part:
    ways = [Way(name=name, door=rules.get(name)) for name in names]
    return Part(kind=kind, heading=heading, ways=ways)

"""Which trigger stands on which table."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.rules import RULES, Rule
from audit.triggers.functions import CAPTURE, CAPTURE_TRUNCATE, CAPTURE_WITHOUT_DATA

ROWS, TRUNCATE = "audit_capture", "audit_capture_truncate"

# The bits of pg_trigger.tgtype.
_EACH_ROW, _BEFORE = 1, 2
_OPERATIONS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


@dataclass(frozen=True)
class Trigger:
    """A trigger as it should be."""

    table: str
    name: str
    function: str
    type: int
    arguments: tuple[str, ...]

    @property
    def place(self) -> tuple[str, str]:
        return self.table, self.name

    @property
    def state(self) -> tuple[object, ...]:
        """How the catalogue describes it: function, type, enabled, arguments, always and whole."""
        given = b"".join(argument.encode() + b"\0" for argument in self.arguments)
        return self.function, self.type, "A", given.hex(), True

    @property
    def sql(self) -> str:
        moment = "BEFORE" if self.type & _BEFORE else "AFTER"
        operations = " OR ".join(name for name, bit in _OPERATIONS.items() if self.type & bit)
        each = "ROW" if self.type & _EACH_ROW else "STATEMENT"
        arguments = ", ".join(f"'{argument}'" for argument in self.arguments)
        return (
            f'CREATE OR REPLACE TRIGGER {self.name} {moment} {operations} ON "{self.table}"'
            f" FOR EACH {each} EXECUTE FUNCTION {self.function}({arguments});"
            f' ALTER TABLE "{self.table}" ENABLE ALWAYS TRIGGER {self.name}'
        )


def triggers() -> Iterator[Trigger]:
    """
    Two for each recorded table: one for its rows, one for TRUNCATE.

    The latter fires before, since a TRUNCATE may empty audit_change, too.
    """
    for table, rule in RULES.items():
        function = CAPTURE_WITHOUT_DATA if "data" in rule.ignored else CAPTURE
        operations = sum(_OPERATIONS[name] for name in rule.operations)
        yield Trigger(table, ROWS, function, _EACH_ROW | operations, _arguments(rule))
        yield Trigger(table, TRUNCATE, CAPTURE_TRUNCATE, _BEFORE | _OPERATIONS["TRUNCATE"], ())


def _arguments(rule: Rule) -> tuple[str, ...]:
    columns = (rule.named, sorted(rule.masked), sorted(rule.ignored))
    return (rule.key, *(f"{{{','.join(names)}}}" for names in columns), rule.aged)

"""The rule of every recorded table, by its name in the database."""

from collections.abc import Mapping

from audit.rules.rule import Rule

RULES: Mapping[str, Rule] = {}

"""
Flaws of multiple-choice questions, found by rules from the literature on writing them.

Pure: a question in, its flaws out. `docs/flaws.md` explains every rule.
"""

from approvals.flaws.finding import Flaw as Flaw
from approvals.flaws.finding import find_flaws as find_flaws
from approvals.flaws.positions import KeyPositions as KeyPositions
from approvals.flaws.positions import key_positions as key_positions
from approvals.flaws.register import Rule as Rule
from approvals.flaws.register import Severity as Severity
from approvals.flaws.rules import RULES as RULES

"""
What is recorded of each table's rows, and how.

The triggers that capture changes are made from RULES; the sealer reads there what a row stands for
and which of its columns go into boxes.
"""

from audit.rules.rule import Rule as Rule
from audit.rules.tables import EXEMPT as EXEMPT
from audit.rules.tables import RULES as RULES

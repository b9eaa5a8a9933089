"""
What is recorded of each table's rows, and how.

The triggers that capture changes are made from RULES; the sealer reads there what a row stands for
and which of its columns go into boxes.
"""

from audit.rules.doors import ADMIN as ADMIN
from audit.rules.doors import COMMANDS as COMMANDS
from audit.rules.doors import ROUTES as ROUTES
from audit.rules.doors import TASKS as TASKS
from audit.rules.doors import Door as Door
from audit.rules.doors import Nothing as Nothing
from audit.rules.doors import OnlyRows as OnlyRows
from audit.rules.doors import Tells as Tells
from audit.rules.rule import Rule as Rule
from audit.rules.tables import EXEMPT as EXEMPT
from audit.rules.tables import RULES as RULES

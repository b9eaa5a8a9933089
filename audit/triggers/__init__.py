"""
The triggers that record every change of a recorded table, made from audit.rules.

No program gets around them: bulk updates, raw SQL, COPY and the admin fire them like everything
else, and so does a session that plays the replica (they are ENABLE ALWAYS). What they cannot see
is said in docs/audit.md.
"""

from audit.triggers.installing import install as install
from audit.triggers.installing import unwatched as unwatched

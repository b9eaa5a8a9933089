"""
What queries may cost: held back before a call, settled after it.

All of these run in the caller's transaction. Locks are taken in one order: the query (the
caller's), its debit, then accounts by their ids.
"""

from aiqueries.services.budgets.prices import cost_of
from aiqueries.services.budgets.reserving import affordable, reserve
from aiqueries.services.budgets.settling import count_lost, release, settle

__all__ = ["affordable", "cost_of", "count_lost", "release", "reserve", "settle"]

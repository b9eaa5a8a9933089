"""
What queries may cost: held back before a call, settled after it.

What is done for a query runs in the caller's transaction. Locks are taken in one order: the query
(the caller's), its debit, then accounts by their ids.
"""

from aiqueries.services.budgets.changing import check_budget, close_budget, set_budget
from aiqueries.services.budgets.prices import check_price, cost_of, set_price
from aiqueries.services.budgets.reserving import affordable, reserve
from aiqueries.services.budgets.settling import count_lost, release, settle

__all__ = [
    "affordable",
    "check_budget",
    "check_price",
    "close_budget",
    "cost_of",
    "count_lost",
    "release",
    "reserve",
    "set_budget",
    "set_price",
    "settle",
]

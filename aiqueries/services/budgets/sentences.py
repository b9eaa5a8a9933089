"""Refusals for money, in words for people."""

from decimal import Decimal

from aiqueries.kinds import Period, Scope
from aiqueries.models import Account, Budget
from core.amounts import dollars

_DAILY = {Period.DAY: "daily", Period.MONTH: "monthly"}


def too_dear(highest: Decimal, max_cost: Decimal) -> str:
    """That somebody would pay less than it may come to."""
    return f"This may cost up to {dollars(highest)}, more than the {dollars(max_cost)} allowed."


def no_room(account: Account, highest: Decimal) -> str:
    """Which budget it is, what is left of it, and when it starts anew."""
    budget = account.budget
    if highest > budget.amount:
        return (
            f"This may cost up to {dollars(highest)}, more than {_named(budget)} "
            f"of {dollars(budget.amount)} allows at all."
        )
    left = max(budget.amount - account.used, Decimal(0))
    reset = account.resets_on
    return (
        f"This may cost up to {dollars(highest)}, and {dollars(left)} is left of {_named(budget)} "
        f"of {dollars(budget.amount)}. It starts anew on {reset.day} {reset:%B %Y} at 00:00 UTC."
    )


def _named(budget: Budget) -> str:
    daily = _DAILY[Period(budget.period)]
    match budget.scope:
        case Scope.GROUP:
            return f"the {daily} budget of the group “{budget.group}”"
        case Scope.PERSON | Scope.EACH_PERSON:
            return f"the asker’s own {daily} budget"
        case _:
            return f"the {daily} budget of the whole organisation"

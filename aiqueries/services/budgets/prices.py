"""What a call costs by the prices that hold."""

from datetime import datetime
from decimal import Decimal

from aiqueries.exceptions import UnknownPrice
from aiqueries.models import Price


def price_of(provider: str, model: str, *, at: datetime) -> Price:
    """What a model cost at that time. Raises UnknownPrice."""
    price = Price.objects.valid(provider, model, at=at)
    if price is None:
        raise UnknownPrice(f"Nobody has set what {provider}/{model} costs, so it is not asked.")
    return price


def cost_of(
    provider: str, model: str, *, input_tokens: int, output_tokens: int, at: datetime
) -> Decimal:
    """
    What a call that began then cost, in US dollars.

    A price that became valid while the call was under way does not count. Raises UnknownPrice.
    """
    price = price_of(provider, model, at=at)
    return price.cost(input_tokens=input_tokens, output_tokens=output_tokens)

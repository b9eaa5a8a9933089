"""Amounts as people compare them."""

from datetime import timedelta
from decimal import Decimal

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def duration(length: timedelta | None) -> str:
    """How long something took: 340 ms, 4.2 s, 3 min 20 s."""
    if length is None:
        return ""
    if length < SECOND:
        return f"{length // timedelta(milliseconds=1)} ms"
    if length < MINUTE:
        return f"{length.total_seconds():.1f} s"
    return f"{length // MINUTE} min {length.seconds % 60} s"


def dollars(amount: Decimal | None) -> str:
    """US dollars: to the cent, and small amounts to two figures that count. None is a dash."""
    if amount is None:
        return "–"
    if amount == 0:
        return "$0"
    if abs(amount) >= Decimal("0.1"):
        return f"${amount:,.2f}"
    return f"${Decimal(f'{amount:.2g}').normalize():f}"

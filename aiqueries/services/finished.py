"""What is to become of an answer, by what the query was for."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

from aiqueries.kinds import Purpose
from aiqueries.models import Query
from core.database import is_unreachable

logger = logging.getLogger(__name__)

Taker = Callable[[Query], None]
T = TypeVar("T", bound=Taker)

_takers: dict[Purpose, Taker] = {}


def on_success(purpose: Purpose) -> Callable[[T], T]:
    """
    Register a function that takes the answers to queries for this purpose.

    It gets the query with its answer, inside the transaction that ends it. If it raises, the
    query fails, and nothing that the function wrote stays.
    """

    def register(function: T) -> T:
        if purpose in _takers:
            raise ValueError(f"Two functions want the answers for {purpose}.")
        _takers[purpose] = function
        return function

    return register


def is_taken(query: Query) -> bool:
    """Hand the answer over, where somebody wants it; say whether it was of use."""
    taker = _takers.get(Purpose(query.purpose))
    if taker is None:
        return True
    try:
        with transaction.atomic():
            taker(query)
    except Exception as error:
        if is_unreachable(error):
            raise
        logger.exception("Could not use the answer to query %s", query.pk)
        return False
    return True

"""Programs of the cast, and queries of theirs at any stage."""

import pytest

from aiqueries import services
from aiqueries.models import Query
from tests.approvals.api.conftest import (
    as_admin,
    as_asha,
    as_ben,
    as_cleo,
    as_stranger,
    as_vera,
    assert_refused,
)

__all__ = [
    "as_admin",
    "as_asha",
    "as_ben",
    "as_cleo",
    "as_stranger",
    "as_vera",
    "assert_refused",
]

PROMPT = "What is a distractor?"


def asked(actor, *, prompt=PROMPT, customer_id=None, question_id=None, **fields):
    """A query of this person; other fields as they are to be in the table."""
    query = services.ask_query(
        prompt=prompt, customer_id=customer_id, question_id=question_id, actor=actor
    )
    Query.objects.filter(pk=query.pk).update(**fields)
    query.refresh_from_db()
    return query


@pytest.fixture
def query(ben):
    return asked(ben)

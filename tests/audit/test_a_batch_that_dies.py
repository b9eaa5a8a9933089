"""At whatever statement a batch dies, it leaves nothing, and the next one writes all of it."""

from itertools import count

from django.contrib.auth.models import Group
from django.db import connection, transaction

from audit.models import Batch, Change, Entry, Key, Link, Node, Person, Record
from audit.services.sealing import seal_batch
from outbox.publishing import publish_all
from tests.audit.conftest import ASHA, SealBroken

EVENTS = 300  # enough to complete a subtree


class Died(Exception):
    pass


def dies_at(statement):
    """Let the statement with this number be the one that never comes back."""
    numbers = count(1)

    def wrapper(execute, sql, params, many, context):
        if next(numbers) == statement:
            raise Died
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


def rows():
    return [
        model.objects.count() for model in (Batch, Change, Entry, Key, Link, Node, Person, Record)
    ]


def test_a_batch_is_all_or_nothing(recorded):
    with transaction.atomic():
        Group.objects.create(name="Chemists")
        publish_all([SealBroken(number=number) for number in range(EVENTS)], actor=ASHA)
    before = rows()
    left, deaths = [], 0
    for statement in count(1):
        try:
            with dies_at(statement):
                written = seal_batch()
            break
        except Died:
            left.append(rows())
            deaths = statement

    assert deaths > 12
    assert left == [before] * deaths
    assert written == EVENTS
    assert [entry.detail["number"] for entry in recorded()] == list(range(EVENTS))
    assert Node.objects.count() == 1

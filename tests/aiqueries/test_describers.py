"""What a query is called where its id stands."""

import pytest

from accounts.things import described
from aiqueries.models import Query
from tests.aiqueries.api.conftest import PROMPT, asked

pytestmark = pytest.mark.django_db


def called(reader, query):
    found = described(reader, [("query", str(query.pk))])
    return [(thing.title, thing.url) for thing in found.values()]


def test_ones_own_query_is_called_by_how_it_begins(ben):
    query = asked(ben)

    assert called(ben, query) == [(PROMPT, f"/ai/queries/{query.pk}/")]


def test_once_its_text_is_gone_it_has_another_name(ben):
    query = asked(ben)
    Query.objects.update(prompt="")

    assert called(ben, query) == [("Your AI query", f"/ai/queries/{query.pk}/")]


def test_an_administrator_is_told_whose_it_is_and_no_word_of_it(ben, admin_person):
    query = asked(ben)

    assert called(admin_person, query) == [
        ("AI query of Ben Novak", f"/ai/queries/{query.pk}/"),
    ]


@pytest.mark.parametrize("reader", ["asha", "vera", "cleo"])
def test_for_anybody_else_it_is_not_there(request, ben, reader):
    query = asked(ben)

    assert called(request.getfixturevalue(reader), query) == []

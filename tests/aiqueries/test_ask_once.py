"""A form that is sent twice asks once."""

import threading
from uuid import uuid4

import pytest
from django.db import connection, transaction

from aiqueries import services
from aiqueries.models import Query
from outbox.models import Event
from tests.conftest import wait_until_someone_waits_for_a_lock


@pytest.fixture
def form_id():
    return uuid4()


def ask(form_id, actor, prompt="What is a distractor?", **about):
    return services.ask_query_once(form_id=form_id, prompt=prompt, actor=actor, **about)


@pytest.mark.django_db
def test_the_same_form_twice_is_one_query(ben, form_id):
    first = ask(form_id, ben)

    assert ask(form_id, ben) == first
    assert Query.objects.get() == first
    assert Event.objects.filter(name="aiqueries.query_asked").count() == 1


@pytest.mark.django_db
def test_what_was_changed_in_it_is_another_query(ben, form_id):
    first = ask(form_id, ben)

    assert ask(form_id, ben, "What is a stem?") != first


@pytest.mark.django_db
def test_the_same_by_another_person_is_another_query(ben, asha, form_id):
    first = ask(form_id, ben)

    assert ask(form_id, asha).owner == asha
    assert first.owner == ben


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one_query(ben, form_id):
    answers = []

    def second():
        answers.append(ask(form_id, ben))
        connection.close()

    with transaction.atomic():
        first = ask(form_id, ben)
        other = threading.Thread(target=second)
        other.start()
        wait_until_someone_waits_for_a_lock()
    other.join()

    assert answers == [first]

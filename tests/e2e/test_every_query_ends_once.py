"""The answerer is killed again and again, and the database with it: each query ends once."""

import random
import time

import pytest

from tests.machine import Machine, kill, until

pytestmark = pytest.mark.slow

QUERIES = 200
CANCELLED = 20
DELAY = 1.0  # seconds of the provider for an answer
KILLS = 6
PATIENCE = 180  # seconds for what was interrupted to be carried on
ANSWERER = (
    *("-m", "celery", "--app=config", "--quiet", "worker", "--pool=threads", "--concurrency=16"),
    *("--queues=celery-ai", "--loglevel=ERROR", "--hostname=answerer@%h"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)
# Ten dollars for a million tokens, so that there is something to count.
_SETUP = f"""
import django; django.setup()
from accounts import roles
from accounts.models import User
from aiqueries import services
from aiqueries.models import Budget, Price
from django.contrib.auth.models import Group
ben = User.objects.create_user("ben@example.com", name="Ben Novak")
ben.groups.add(Group.objects.get(name=roles.REQUESTERS))
Price.objects.create(
    provider="offline", model="parrot-1", input_per_million=10, output_per_million=10
)
for scope, period in (("WHOLE", "MONTH"), ("EACH_PERSON", "DAY")):
    Budget.objects.create(scope=scope, period=period, amount=1000)
for number in range({QUERIES}):
    services.ask_query(prompt=f"What is the capital of country {{number}}?", actor=ben)
"""
_CANCEL = f"""
import django; django.setup()
from accounts.models import User
from aiqueries import services
from aiqueries.exceptions import QueryEnded
from aiqueries.models import Query
ben = User.objects.get(email="ben@example.com")
for query in Query.objects.open().order_by("status", "pk")[:{CANCELLED}]:
    try:
        services.cancel_query(query_id=query.pk, actor=ben)
    except QueryEnded:
        pass
"""
_OPEN = "SELECT count(*) FROM aiqueries_query WHERE status IN ('QUEUED', 'RUNNING')"
_ENDS = ("query_answered", "query_failed", "query_cancelled", "query_expired")


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory):
    """The machine after a load with kills, once nothing is open any more."""
    environment = pytest.MonkeyPatch()
    environment.setenv("AI_OFFLINE_DELAY", str(DELAY))
    environment.setenv("DJANGO_SETTINGS_MODULE", "config.settings")
    machine = Machine(tmp_path_factory.mktemp("answerers"))
    machine.server.start()
    try:
        for command in (["manage.py", "migrate", "--verbosity=0"], ["-c", _SETUP]):
            assert machine.run(*command).returncode == 0
        machine.start("manage.py", "relay")
        _kill_again_and_again(machine)
        until(lambda: not machine.ask(_OPEN)[0], PATIENCE)
        yield machine
    finally:
        machine.end()
        environment.undo()


def _kill_again_and_again(machine):
    chance = random.Random(20261121)
    answerer = machine.start(*ANSWERER)
    until(lambda: machine.ask("SELECT count(*) FROM aiqueries_attempt")[0], PATIENCE)
    for number in range(KILLS):
        time.sleep(chance.uniform(1, 5))
        kill(answerer)
        if number == KILLS // 2:
            machine.crash()
            machine.server.start()
            assert machine.run("-c", _CANCEL).returncode == 0
        answerer = machine.start(*ANSWERER)


def count(machine, what):
    return machine.ask(f"SELECT count(*) FROM {what}")[0]


def test_workers_died_in_the_middle_of_calls(aftermath):
    assert count(aftermath, "aiqueries_attempt WHERE outcome = 'LOST'") > 0


def test_every_query_is_answered_or_was_cancelled(aftermath):
    answered = count(aftermath, "aiqueries_query WHERE status = 'SUCCEEDED' AND answer != ''")
    cancelled = count(aftermath, "aiqueries_query WHERE status = 'CANCELLED'")

    assert answered + cancelled == QUERIES
    assert answered >= QUERIES - CANCELLED


def test_every_answer_came_by_one_call(aftermath):
    calls, queries, answered = aftermath.ask(
        "SELECT count(*), count(DISTINCT query_id),"
        " (SELECT count(*) FROM aiqueries_query WHERE status = 'SUCCEEDED')"
        " FROM aiqueries_attempt WHERE outcome = 'ANSWERED'"
    )

    assert calls == queries == answered


def test_no_call_is_left_open(aftermath):
    assert count(aftermath, "aiqueries_attempt WHERE outcome = 'RUNNING'") == 0


def test_every_query_tells_of_one_end(aftermath):
    events, queries = aftermath.ask(
        "SELECT count(*), count(DISTINCT payload->>'query_id') FROM outbox_event"
        " WHERE name = ANY(%s)",
        [f"aiqueries.{end}" for end in _ENDS],
    )

    assert events == queries == QUERIES


def test_every_call_was_told_of(aftermath):
    sent = count(aftermath, "outbox_event WHERE name = 'aiqueries.query_sent'")

    assert sent == count(aftermath, "aiqueries_attempt")


def test_every_query_that_was_sent_has_one_settled_debit(aftermath):
    debits = count(aftermath, "aiqueries_debit WHERE settled_at IS NOT NULL AND reserved = 0")

    assert debits == count(aftermath, "aiqueries_debit")
    assert debits == count(aftermath, "aiqueries_query WHERE turn > 0")


def test_debits_are_what_the_calls_cost(aftermath):
    debits, queries, calls = aftermath.ask(
        "SELECT (SELECT sum(amount) FROM aiqueries_debit),"
        " (SELECT sum(cost) FROM aiqueries_query), (SELECT sum(cost) FROM aiqueries_attempt)"
    )

    assert debits == queries == calls > 0


def test_each_account_bears_all_of_it(aftermath):
    accounts, held, most, least = aftermath.ask(
        "SELECT count(*), sum(reserved), max(spent), min(spent) FROM aiqueries_account"
    )
    (debits,) = aftermath.ask("SELECT sum(amount) FROM aiqueries_debit")

    assert (accounts, held) == (2, 0)
    assert most == least == debits


def test_no_delivery_was_given_up(aftermath):
    assert count(aftermath, "outbox_delivery WHERE status = 'DEAD'") == 0

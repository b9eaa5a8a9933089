"""How many of many get what a budget holds, counted at the provider; and calls through the SDK."""

import json
import threading
import time
from collections import Counter
from decimal import Decimal
from http.client import HTTPConnection

from bench.ai.answering import post, tell_rate
from bench.ai.product import DELAY, ask_many, running, token, until_idle, used_by_programs
from bench.ground import in_a_process, together
from tests.aiqueries.providers.server import delta, event, last, serving

ASKED, ROOM = 200, 20  # queries, and how many of them the budget pays for
QUERIES = 1000
_PER_MILLION = Decimal(10)  # dollars for tokens of the answer; what is sent costs nothing
_SPENT = """
SELECT sum(spent), sum(reserved), (SELECT coalesce(sum(amount), 0) FROM aiqueries_debit)
FROM aiqueries_account
"""


def budget(report):
    """Two hundred at once, and twenty go out."""
    with serving(_dear) as provider, running(**_environment(provider)) as (up, cursor):
        amount = in_a_process(_set_budget)
        answers = together(_ask_at_once, [(up.port, token(up, "ben@example.com"))])[0]
        until_idle(cursor)
        cursor.execute("SELECT status, error_code, count(*) FROM aiqueries_query GROUP BY 1, 2")
        ends = {(status, code): count for status, code, count in cursor.fetchall()}
        cursor.execute(_SPENT)
        spent, reserved, debits = cursor.fetchone()
        sent = len(provider.calls)
    refused = answers[409]
    report.add(f"{ASKED} at once, budget for {ROOM}: refused when asked", str(refused))
    report.add(
        "  taken in, and failed for the budget", str(ends.get(("FAILED", "budget_spent"), 0))
    )
    report.add("  calls that reached the provider", str(sent), aim=str(ROOM), held=sent == ROOM)
    answered = ends.get(("SUCCEEDED", ""), 0)
    report.add("  answered", str(answered), aim=str(ROOM), held=answered == ROOM)
    books = spent == debits == amount and reserved == 0
    report.add(
        "  spent, of the budget and by the debits", f"{spent}, {amount}, {debits}", held=books
    )


def through_sdk(report):
    """The thousand of `throughput`, by OpenAI's SDK from a server on this machine."""
    with serving(_slow) as provider, running(**_environment(provider)) as (up, cursor):
        in_a_process(_set_price, Decimal(0))
        before = used_by_programs(up)
        in_a_process(ask_many, QUERIES)
        until_idle(cursor)
        tell_rate(report, cursor, before, used_by_programs(up), "through the SDK")


def _environment(provider):
    mine = {"kind": "openai", "base_url": provider.url, "outside": False}
    return {
        "AI_PROVIDERS": json.dumps({"bench": mine}),
        "AI_ROUTES": "bench/model-1",
        "BENCH_API_KEY": "key",
    }


def _dear(call):
    """Says as much as it may, so that a call costs what was held back for it."""
    time.sleep(DELAY)
    most = call.body["max_output_tokens"]
    usage = {"input_tokens": 10, "output_tokens": most, "total_tokens": 10 + most}
    call.stream([event("response.created", response={}), delta("Much."), last(usage=usage)])


def _slow(call):
    time.sleep(DELAY)
    call.stream([event("response.created", response={}), delta("Little."), last()])


def _set_price(per_million):
    from aiqueries.models import Price

    Price.objects.create(
        provider="bench", model="model-1", input_per_million=0, output_per_million=per_million
    )


def _set_budget():
    """A budget of the whole for so many calls; returns its amount."""
    from aiqueries.kinds import Period, Scope
    from aiqueries.models import Budget, Prompt

    _set_price(_PER_MILLION)
    most = Prompt.objects.get(name="answer").current.most_tokens
    amount = ROOM * most * _PER_MILLION / 1_000_000
    Budget.objects.create(scope=Scope.WHOLE, period=Period.DAY, amount=amount)
    return amount


def _ask_at_once(port, key):
    """How many were answered by which status."""
    gate, answers = threading.Barrier(ASKED), Counter()

    def client(number):
        http = HTTPConnection("127.0.0.1", port, timeout=120)
        gate.wait()
        answers[post(http, key, number)] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(ASKED)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return dict(answers) | {409: answers[409]}

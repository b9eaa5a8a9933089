"""What goes to a server of the Responses API, and what comes of its answers."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Trouble
from tests.aiqueries.providers.asking import answer, ask
from tests.aiqueries.providers.server import TEXT, USAGE, delta, event, last
from tests.aiqueries.providers.server import answer as whole


def soundly(call):
    call.stream(whole())


def test_the_answer_comes_with_what_it_took(serve):
    provider, _ = serve(soundly)

    reply = answer(provider)

    assert reply.text == TEXT
    assert (reply.input_tokens, reply.output_tokens) == (12, 5)
    assert reply.model == "gpt-tiny-2026-01-01"
    assert reply.request_id == "req_1"
    assert reply.complete


def test_it_is_told_piece_by_piece(serve):
    provider, _ = serve(soundly)
    pieces = []

    answer(provider, on_text=pieces.append)

    assert pieces == ["Paris ", "is ", "the ", "capital."]


def test_what_is_asked_is_all_that_is_asked(serve):
    provider, log = serve(soundly)

    answer(provider)

    assert log.calls[0].body == {
        "model": "parrot-1",
        "instructions": "Answer in one sentence.",
        "input": "What is the capital of France?",
        "max_output_tokens": 500,
        "store": False,
        "stream": True,
    }


def test_a_call_is_named_to_the_provider(serve):
    provider, log = serve(soundly)

    answer(provider, ask(key="attempt-7"))

    assert log.calls[0].headers["Idempotency-Key"] == "attempt-7"
    assert log.calls[0].headers["X-Client-Request-Id"] == "attempt-7"
    assert log.calls[0].headers["Authorization"] == "Bearer sk-secret"


def test_nothing_of_the_environment_is_sent(serve, monkeypatch):
    for name in ("ORG_ID", "PROJECT_ID", "API_KEY", "ADMIN_KEY"):
        monkeypatch.setenv(f"OPENAI_{name}", "from-the-environment")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Whose: from-the-environment")
    provider, log = serve(soundly, api_key="")

    answer(provider)

    assert {name.lower() for name in log.calls[0].headers} <= {
        *("host", "accept", "accept-encoding", "connection", "content-type", "content-length"),
        *("user-agent", "idempotency-key", "x-client-request-id"),
    }


def test_proxies_of_the_environment_are_not_used(serve, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    provider, _ = serve(soundly)

    assert answer(provider).text == TEXT


def test_an_answer_that_ends_at_its_most_tokens_is_incomplete(serve):
    details = {"incomplete_details": {"reason": "max_output_tokens"}}
    provider, _ = serve(
        lambda call: call.stream([delta("Paris"), last("response.incomplete", **details)])
    )

    reply = answer(provider)

    assert (reply.text, reply.complete) == ("Paris", False)


@pytest.mark.parametrize(
    "events",
    [
        [event("response.refusal.delta", delta="I cannot"), last()],
        [event("response.refusal.done", refusal="I cannot"), last()],
        [last("response.incomplete", incomplete_details={"reason": "content_filter"})],
        [last("response.failed", error={"code": "invalid_prompt", "message": "no"})],
    ],
    ids=["delta", "done", "filter", "failed"],
)
def test_a_refusal_is_one_and_is_counted(serve, events):
    provider, _ = serve(lambda call: call.stream(events))

    with pytest.raises(ProviderError) as caught:
        answer(provider)

    assert caught.value.kind is Trouble.REFUSED
    assert (caught.value.input_tokens, caught.value.output_tokens) == (12, 5)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        "many",
        {"input_tokens": -1, "output_tokens": -5},
        {"input_tokens": "12", "output_tokens": 5.5},
        {"input_tokens": 0, "output_tokens": 0},
        {"input_tokens": 10**9, "output_tokens": 517},
        {"input_tokens": True, "output_tokens": True},
    ],
    ids=str,
)
def test_counts_that_cannot_be_are_none(serve, usage):
    provider, _ = serve(lambda call: call.stream(whole(usage=usage)))

    reply = answer(provider)

    assert reply.text == TEXT
    assert (reply.input_tokens, reply.output_tokens) == (None, None)


def test_connections_are_used_again(serve):
    provider, log = serve(soundly)

    for _ in range(5):
        answer(provider)

    assert len(log.calls) == 5
    assert len(log.connections) == 1


def test_sixteen_threads_share_a_provider(serve):
    together = threading.Barrier(16, timeout=10)

    def at_once(call):
        together.wait()
        call.stream(whole())

    provider, log = serve(at_once)

    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda n: answer(provider, ask(key=f"call-{n}")), range(32)))

    assert [reply.text for reply in replies] == [TEXT] * 32
    assert len({call.headers["Idempotency-Key"] for call in log.calls}) == 32
    assert len(log.connections) == 16


def test_what_the_ear_raises_is_raised(serve):
    provider, _ = serve(soundly)

    def deaf(text):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answer(provider, on_text=deaf)


def test_an_answer_as_long_as_it_may_be_was_cut(serve):
    provider, _ = serve(lambda call: call.stream(whole(usage={**USAGE, "output_tokens": 500})))

    reply = answer(provider, ask(most_tokens=500))

    assert (reply.output_tokens, reply.complete) == (500, False)

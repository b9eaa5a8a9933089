"""Servers that answer badly, late or not at all: each ends as one of our troubles, soon."""

import json
import socket
import threading
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from aiqueries.bridges.providers.openai import transport
from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Trouble
from tests.aiqueries.providers.asking import answer, ask, never
from tests.aiqueries.providers.conftest import provider_at
from tests.aiqueries.providers.server import answer as whole
from tests.aiqueries.providers.server import delta, event, last


def trouble(provider, asked=None, *, stop=never, within=3.0):
    """The ProviderError that comes of asking, in time, and with nothing told that it should not."""
    began = time.monotonic()
    with pytest.raises(ProviderError) as caught:
        answer(provider, asked or ask(), stop=stop)
    assert time.monotonic() - began < within
    for secret in ("sk-secret", "capital of France", "echo of the prompt"):
        assert secret not in f"{caught.value}{caught.value!r}"
    return caught.value


STATUSES = [
    (400, {}, Trouble.BAD_REQUEST),
    (400, {"code": "context_length_exceeded"}, Trouble.BAD_REQUEST),
    (400, {"code": "content_policy_violation"}, Trouble.REFUSED),
    (401, {"code": "invalid_api_key"}, Trouble.AUTH),
    (402, {}, Trouble.AUTH),
    (403, {}, Trouble.AUTH),
    (404, {"code": "model_not_found"}, Trouble.BAD_REQUEST),
    (408, {}, Trouble.TRANSIENT),
    (409, {}, Trouble.TRANSIENT),
    (413, {}, Trouble.BAD_REQUEST),
    (422, {}, Trouble.BAD_REQUEST),
    (429, {}, Trouble.RATE_LIMITED),
    (429, {"code": "insufficient_quota"}, Trouble.AUTH),
    (429, {"type": "insufficient_quota"}, Trouble.AUTH),
    (500, {}, Trouble.TRANSIENT),
    (500, {"code": "invalid_api_key"}, Trouble.TRANSIENT),
    (503, {}, Trouble.TRANSIENT),
    (529, {}, Trouble.TRANSIENT),
]


@pytest.mark.parametrize(("status", "error", "kind"), STATUSES, ids=str)
def test_a_status_is_a_trouble_of_its_class(serve, status, error, kind):
    provider, log = serve(lambda call: call.refuse(status, error))

    found = trouble(provider)

    assert (found.kind, found.request_id) == (kind, "req_1")
    assert len(log.calls) == 1


def test_an_account_without_credit_is_told_apart(serve):
    provider, _ = serve(lambda call: call.refuse(429, {"code": "insufficient_quota"}))

    found = trouble(provider)

    assert str(found) == "The account at the AI provider has no credit left."
    assert not found.retryable
    assert found.next_provider


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(serve, status):
    provider, log = serve(lambda call: call.refuse(status, Location="http://127.0.0.1:1/v1"))

    assert trouble(provider).kind is Trouble.MALFORMED
    assert len(log.calls) == 1


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "0.5"}, 0.5),
        ({"retry_after_ms": "1500", "Retry_After": "9"}, 1.5),
        ({"Retry_After": "-7"}, 0),
        ({"Retry_After": "999999999999"}, 86400),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "nan"}, None),
        ({"x_ratelimit_remaining_tokens": "0", "x_ratelimit_reset_tokens": "6m1s"}, 361),
        ({"x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "20ms"}, 0.02),
        ({"x_ratelimit_remaining_tokens": "5", "x_ratelimit_reset_tokens": "6m0s"}, None),
        ({"x_ratelimit_remaining_tokens": "0", "x_ratelimit_reset_tokens": "later"}, None),
    ],
    ids=str,
)
def test_a_provider_says_how_long_to_wait(serve, headers, wait):
    provider, _ = serve(lambda call: call.refuse(429, **headers))

    assert trouble(provider).wait == wait


def test_it_may_say_until_when(serve):
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    provider, _ = serve(lambda call: call.refuse(503, Retry_After=until))

    assert 95 < trouble(provider).wait <= 100


def test_what_will_not_pass_is_not_waited_for(serve):
    provider, _ = serve(lambda call: call.refuse(401, Retry_After="7"))

    assert trouble(provider).wait is None


def streaming(*data, end=True):
    """A server that says these bytes after a good beginning."""

    def behave(call):
        call.head()
        for each in data:
            call.say(each)
        if end:
            call.end()
        else:
            call.hang_up()

    return behave


def plainly(kind, body):
    def behave(call):
        call.head(kind=kind)
        call.say(body)
        call.end()

    return behave


def pressed(call):
    call.head(Content_Encoding="gzip")
    call.say(b"\x1f\x8b")
    call.end()


def resetting(call):
    call.head()
    call.say(delta("Paris"))
    time.sleep(0.1)
    call.hang_up(reset=True)


def gone(call):
    call.hang_up()


def babbling(call):
    call.raw(b"220 smtp.example.org ESMTP\r\n\r\n")
    call.hang_up()


BAD = {
    "truncated": (streaming(delta("Paris")), Trouble.TRUNCATED),
    "cut": (streaming(delta("Paris"), end=False), Trouble.TRUNCATED),
    "reset": (resetting, Trouble.TRUNCATED),
    "nothing": (streaming(), Trouble.TRUNCATED),
    "gone": (gone, Trouble.TRANSIENT),
    "no-http": (babbling, Trouble.MALFORMED),
    "html": (plainly("text/html", b"<html>Welcome to the hotel</html>"), Trouble.MALFORMED),
    "json": (plainly("application/json", b'{"output": []}'), Trouble.MALFORMED),
    "gzip": (pressed, Trouble.MALFORMED),
    "half-json": (streaming(b'event: x\ndata: {"type": "resp\n\n'), Trouble.MALFORMED),
    "no-utf-8": (streaming(b'data: {"type": "\xff\xfe"}\n\n'), Trouble.MALFORMED),
    "deep": (streaming(b"data: " + b"[" * 100_000 + b"\n\n"), Trouble.MALFORMED),
    "number": (streaming(event("response.output_text.delta", delta=5)), Trouble.MALFORMED),
    "no-delta": (streaming(event("response.output_text.delta")), Trouble.MALFORMED),
    "list": (streaming(b"data: [1, 2]\n\n"), Trouble.TRUNCATED),
    "null": (streaming(b"data: null\n\n"), Trouble.TRUNCATED),
    "failed": (streaming(last("response.failed", error={"code": "server_error"})), "TRANSIENT"),
    "limited": (
        streaming(last("response.failed", error={"code": "rate_limit_exceeded"})),
        Trouble.RATE_LIMITED,
    ),
    "error": (streaming(event("error", code="server_error", message="no")), Trouble.TRANSIENT),
    "error-within": (
        streaming(b'data: {"error": {"message": "no", "code": "insufficient_quota"}}\n\n'),
        Trouble.AUTH,
    ),
}


@pytest.mark.parametrize(("behave", "kind"), BAD.values(), ids=BAD)
def test_a_bad_answer_is_a_trouble(serve, behave, kind):
    provider, _ = serve(behave)

    assert trouble(provider).kind == kind


def test_what_was_counted_before_it_failed_is_told(serve):
    provider, _ = serve(streaming(last("response.failed", error={"code": "server_error"})))

    found = trouble(provider)

    assert (found.input_tokens, found.output_tokens) == (12, 5)


def test_nobody_listens():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    assert trouble(provider_at(f"http://127.0.0.1:{port}/v1")).kind is Trouble.UNREACHABLE


def test_there_is_no_such_name():
    found = trouble(provider_at("http://nowhere.invalid/v1"), within=10)

    assert found.kind is Trouble.UNREACHABLE


def test_a_server_that_takes_calls_and_says_nothing():
    with socket.create_server(("127.0.0.1", 0)) as dead:
        port = dead.getsockname()[1]

        found = trouble(provider_at(f"http://127.0.0.1:{port}/v1"), ask(timeout=0.5))

    assert found.kind is Trouble.TIMED_OUT


def test_a_server_that_is_silent_for_too_long(serve, monkeypatch):
    quick = transport.httpx2.Timeout(0.4)
    monkeypatch.setattr(transport, "TIMEOUT", quick)
    provider, log = serve(lambda call: (call.head(), call.wait_for_hang_up()))

    assert trouble(provider, ask(timeout=60)).kind is Trouble.TIMED_OUT
    assert log.hung_up.wait(2)


def test_an_answer_that_drips_ends_with_its_time(serve):
    provider, _ = serve(lambda call: call.stream([delta("x")] * 100, pause=0.1))

    assert trouble(provider, ask(timeout=0.6)).kind is Trouble.TIMED_OUT


def test_a_slow_first_byte_is_waited_for(serve):
    def slow(call):
        time.sleep(0.5)
        call.stream(whole())

    provider, _ = serve(slow)

    assert answer(provider).complete


@pytest.mark.parametrize("begun", [False, True], ids=["before", "meanwhile"])
def test_a_silent_call_is_cancelled_and_the_server_sees_it(serve, begun):
    def behave(call):
        if begun:
            call.head()
            call.say(delta("Paris"))
        call.wait_for_hang_up()

    provider, log = serve(behave)
    wanted = threading.Event()
    threading.Timer(0.3, wanted.set).start()

    found = trouble(provider, ask(timeout=60), stop=wanted.is_set, within=1.5)

    assert found.kind is Trouble.CANCELLED
    assert log.hung_up.wait(2)


def test_a_busy_call_is_cancelled_too(serve):
    provider, _ = serve(lambda call: call.stream([delta("x")] * 1000, pause=0.01))
    until = time.monotonic() + 0.3

    found = trouble(provider, ask(timeout=60), stop=lambda: time.monotonic() > until, within=1.5)

    assert found.kind is Trouble.CANCELLED


TEN_MEGABYTES = 10 * 1024 * 1024


def many_lines(call):
    call.head()
    piece = delta("x" * 1000)
    for _ in range(TEN_MEGABYTES // len(piece)):
        call.say(piece)
    call.end()


def one_line(call):
    call.head()
    call.say(b'data: {"type": "response.output_text.delta", "delta": "')
    for _ in range(TEN_MEGABYTES // 4096):
        call.say(b"x" * 4096)
    call.say(b'"}\n\n')
    call.end()


def a_huge_refusal(call):
    call.head(500, kind="text/html")
    for _ in range(TEN_MEGABYTES // 4096):
        call.say(b"x" * 4096)
    call.end()


@pytest.mark.parametrize(
    ("behave", "kind"),
    [
        (many_lines, Trouble.TOO_LARGE),
        (one_line, Trouble.TOO_LARGE),
        (a_huge_refusal, Trouble.TRANSIENT),
    ],
    ids=["lines", "line", "refusal"],
)
def test_ten_megabytes_are_not_read(serve, behave, kind):
    provider, _ = serve(behave)
    tracemalloc.start()
    try:
        found = trouble(provider, within=10)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found.kind is kind
    assert peak < 8 * 1024 * 1024


def test_too_long_a_text_is_too_large(serve):
    provider, _ = serve(streaming(*[delta("x" * 65536)] * 20))

    assert trouble(provider, ask(most_tokens=100_000)).kind is Trouble.TOO_LARGE


def test_after_a_trouble_the_next_call_is_sound(serve):
    calls = iter([streaming(delta("x"), end=False), lambda call: call.stream(whole())])
    provider, _ = serve(lambda call: next(calls)(call))

    trouble(provider)

    assert answer(provider).text == "Paris is the capital."


def test_a_server_that_goes_on_after_its_answer_does_not_hold_it_up(serve):
    def endless(call):
        call.head()
        for each in whole():
            call.say(each)
        call.wait_for_hang_up()

    provider, _ = serve(endless)
    began = time.monotonic()

    assert answer(provider).complete
    assert time.monotonic() - began < 1.5


def test_its_sentences_hold_nothing_of_what_the_server_says(serve):
    secret = json.dumps({"error": {"message": "sk-secret", "code": "sk-secret"}}).encode()
    provider, _ = serve(plainly("text/event-stream", b"data: " + secret + b"\n\n"))

    assert str(trouble(provider)) == Trouble.TRANSIENT.label

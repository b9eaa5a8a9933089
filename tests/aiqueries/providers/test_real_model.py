"""A real model, small as it is, behind the same SDK as any other."""

import os
import signal
import subprocess
import sys
import time

import pytest

from aiqueries.bridges.providers.openai.provider import OpenAI
from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Trouble
from aiqueries.routes import ProviderSettings
from config import local_model
from config.local_model import LocalModel
from tests.aiqueries.providers.asking import answer, ask
from tests.processes import ROOT, free_port

SHOW = "from config import settings as here; print(here.AI_ROUTES, here.AI_PROVIDERS)"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not local_model.is_installed(), reason="There is no model for this machine"),
]


@pytest.fixture(scope="module")
def model():
    """The model's server, which has read the model."""
    model = LocalModel(port=free_port())
    program = model.program()
    process = subprocess.Popen(program.command, env=program.environment, cwd=ROOT)
    until = time.monotonic() + 60
    while not model.answers():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    yield model
    process.send_signal(signal.SIGTERM)
    process.wait(10)


@pytest.fixture
def provider(model):
    return at(model, model.key)


def at(model, key):
    url = f"http://127.0.0.1:{model.port}/v1"
    return OpenAI(ProviderSettings(name="local", base_url=url, api_key=key))


def asked(**changes):
    return ask(model=local_model.MODEL, most_tokens=40, timeout=120, **changes)


def test_it_knows_the_capital_of_france(provider):
    pieces = []

    reply = answer(provider, asked(), on_text=pieces.append)

    assert "Paris" in reply.text
    assert "".join(pieces) == reply.text
    assert len(pieces) > 3
    assert reply.model == "smollm2-135m"
    assert 10 < reply.input_tokens < 60
    assert len(pieces) <= reply.output_tokens <= 40
    assert reply.complete


def test_it_stops_at_its_most_tokens(provider):
    reply = answer(provider, ask(model=local_model.MODEL, most_tokens=3, timeout=120))

    assert (reply.output_tokens, reply.complete) == (3, False)


def test_it_is_cancelled(provider):
    heard = []
    long = ask(content="Count from 1 to 1000, in words.", most_tokens=2000, timeout=120)

    with pytest.raises(ProviderError) as caught:
        answer(provider, long, on_text=heard.append, stop=lambda: len(heard) > 2)

    assert caught.value.kind is Trouble.CANCELLED


def test_nobody_asks_it_without_its_key(model):
    with pytest.raises(ProviderError) as caught:
        answer(at(model, "another"), asked())

    assert caught.value.kind is Trouble.AUTH


def test_a_prompt_beyond_its_memory_is_refused(provider):
    with pytest.raises(ProviderError) as caught:
        answer(provider, asked(content="word " * 20_000))

    assert caught.value.kind is Trouble.BAD_REQUEST


def test_the_product_is_told_of_it(model, monkeypatch):
    monkeypatch.delenv("AI_ROUTES", raising=False)
    monkeypatch.setenv("AI_PROVIDERS", '{"openai": {"timeout": 20}}')

    process = subprocess.run(
        [
            sys.executable,
            "-c",
            "from config import settings as s; print(s.AI_ROUTES, s.AI_PROVIDERS)",
        ],
        env={**os.environ, **model.environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "['local/smollm2-135m', 'offline/parrot-1']" in process.stdout
    assert f"'http://127.0.0.1:{model.port}/v1', 'outside': False" in process.stdout
    assert "'timeout': 20" in process.stdout

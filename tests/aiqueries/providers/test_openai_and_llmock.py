"""The same against a server that others wrote, so that we do not believe our own alone."""

import pytest
from llmock.scenarios import Fail, StreamFault
from llmock.testing import LLMockServer

from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Trouble
from tests.aiqueries.providers.asking import answer, ask
from tests.aiqueries.providers.conftest import provider_at

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def llmock():
    with LLMockServer() as server:
        yield server


@pytest.fixture
def provider(llmock):
    llmock.state.reset()
    return provider_at(llmock.base_url("openai"), api_key="k")


def asked():
    return ask(model="gpt-4o", timeout=3.0)


def test_a_sound_answer_is_read(provider):
    reply = answer(provider, asked())

    assert reply.text == "Hi there. This is a simulated reply from gpt-4o."
    assert (reply.input_tokens, reply.output_tokens) == (12, 12)
    assert (reply.model, reply.complete) == ("gpt-4o", True)


FAULTS = [
    (Fail(401), Trouble.AUTH),
    (Fail(404), Trouble.BAD_REQUEST),
    (Fail(408), Trouble.TRANSIENT),
    (Fail(429), Trouble.RATE_LIMITED),
    (Fail(500), Trouble.TRANSIENT),
    (Fail(503), Trouble.TRANSIENT),
    (StreamFault("disconnect"), Trouble.TRUNCATED),
    (StreamFault("truncate"), Trouble.TRUNCATED),
    (StreamFault("stall"), Trouble.TIMED_OUT),
    (StreamFault("malformed"), Trouble.MALFORMED),
]


@pytest.mark.parametrize(
    ("fault", "kind"), FAULTS, ids=lambda each: str(getattr(each, "value", type(each).__name__))
)
def test_its_faults_are_our_troubles(llmock, provider, fault, kind):
    llmock.state.scenarios.add(fault)

    with pytest.raises(ProviderError) as caught:
        answer(provider, asked())

    assert caught.value.kind is kind


def test_after_a_fault_it_is_asked_again(llmock, provider):
    llmock.state.scenarios.add(Fail(503))

    with pytest.raises(ProviderError):
        answer(provider, asked())

    assert answer(provider, asked()).complete

import os

import pytest

from aiqueries.bridges.providers import registry
from aiqueries.bridges.providers.offline.provider import Offline
from aiqueries.bridges.providers.openai.provider import OpenAI
from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import HANDLING, Trouble
from tests.aiqueries.providers.asking import answer
from tests.aiqueries.providers.server import TEXT, serving
from tests.aiqueries.providers.server import answer as whole


@pytest.fixture(autouse=True)
def providers(settings):
    settings.AI_PROVIDERS = {
        "offline": {"kind": "offline", "outside": False},
        "far": {"kind": "openai", "base_url": "https://ai.example.org/v1", "api_key": "k"},
    }
    yield settings
    registry.forget()


def test_a_provider_is_of_the_kind_that_is_set():
    assert isinstance(registry.provider("offline"), Offline)
    assert isinstance(registry.provider("far"), OpenAI)


def test_a_provider_is_made_once():
    assert registry.provider("far") is registry.provider("far")


def test_it_is_made_anew_when_its_settings_change(settings):
    before = registry.provider("far")
    settings.AI_PROVIDERS = {"far": {**settings.AI_PROVIDERS["far"], "api_key": "other"}}

    assert registry.provider("far") is not before


def test_a_provider_that_nobody_set_is_refused():
    with pytest.raises(ProviderError, match="No AI provider 'nobody' is set up here") as caught:
        registry.provider("nobody")

    assert caught.value.kind is Trouble.BAD_REQUEST
    assert caught.value.next_provider


def test_what_follows_is_known_of_every_trouble():
    assert set(HANDLING) == set(Trouble)


def test_a_forked_process_opens_its_own_connections(settings):
    with serving(lambda call: call.stream(whole())) as log:
        settings.AI_PROVIDERS = {"near": {"kind": "openai", "base_url": log.url}}
        answer(registry.provider("near"))
        child = os.fork()
        if child == 0:
            os._exit(0 if answer(registry.provider("near")).text == TEXT else 1)
        _, status = os.waitpid(child, 0)

        assert os.waitstatus_to_exitcode(status) == 0
        assert answer(registry.provider("near")).text == TEXT
        assert len(log.connections) == 2

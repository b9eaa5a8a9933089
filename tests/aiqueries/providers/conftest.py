from contextlib import ExitStack

import pytest

from aiqueries.bridges.providers.openai.provider import OpenAI
from aiqueries.routes import ProviderSettings
from tests.aiqueries.providers import server


def provider_at(url, **changes):
    """OpenAI's provider, pointed at this server."""
    return OpenAI(ProviderSettings(name="there", kind="openai", base_url=url, **changes))


@pytest.fixture
def serve():
    """Start a server that treats calls so; returns the provider that asks it, and its log."""
    with ExitStack() as stack:

        def start(behave, **changes):
            log = stack.enter_context(server.serving(behave))
            return provider_at(log.url, **{"api_key": "sk-secret", **changes}), log

        yield start

"""Whatever comes in a stream is an answer or one of our troubles, and nothing else."""

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiqueries.bridges.providers.port import ProviderError, Reply
from tests.aiqueries.providers.asking import answer
from tests.aiqueries.providers.conftest import provider_at
from tests.aiqueries.providers.server import serving

NAMES = [
    *("response.created", "response.output_text.delta", "response.refusal.done", "error"),
    *("response.completed", "response.incomplete", "response.failed", "response.queued"),
    *("response.output_item.added", "response.content_part.done", "thread.run", ""),
]
MEMBERS = ["type", "response", "delta", "error", "usage", "model", "item", "part", "code", "output"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=3)
    ),
    max_leaves=6,
)
EVENTS = st.fixed_dictionaries(
    {"type": st.sampled_from(NAMES) | VALUES},
    optional={name: VALUES for name in MEMBERS if name != "type"},
)


@pytest.fixture(scope="module")
def said():
    """A server that says what is put in here, and the provider that asks it."""
    events = []

    def behave(call):
        call.stream(f"data: {json.dumps(each)}\n\n".encode() for each in events)

    with serving(behave) as log:
        yield events, provider_at(log.url)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=st.lists(EVENTS | VALUES, max_size=3))
def test_no_event_is_more_than_a_trouble(said, events):
    saying, provider = said
    saying[:] = events

    with suppress(ProviderError):
        assert isinstance(answer(provider), Reply)

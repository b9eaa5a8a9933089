"""Asks and ears for tests of providers."""

from dataclasses import replace

from aiqueries.bridges.providers.port import Ask

ASK = Ask(
    model="parrot-1",
    instructions="Answer in one sentence.",
    content="What is the capital of France?",
    most_tokens=500,
    key="attempt-1",
    timeout=5.0,
)


def ask(**changes):
    """An ask that differs from the usual one in these."""
    return replace(ASK, **changes)


def never():
    """Nobody wants to stop."""
    return False


def answer(provider, asked=ASK, *, on_text=None, stop=never):
    """What the provider answers to this."""
    return provider.answer(asked, on_text=on_text or (lambda text: None), stop=stop)

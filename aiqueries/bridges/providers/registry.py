"""The providers of this process, each made when first asked for."""

import os
import threading

from aiqueries.bridges.providers.offline.provider import Offline
from aiqueries.bridges.providers.port import Provider, ProviderError
from aiqueries.kinds import Trouble
from aiqueries.routes import ProviderSettings, provider_settings

_made: dict[ProviderSettings, Provider] = {}
_lock = threading.Lock()


def provider(name: str) -> Provider:
    """The provider of this name, which threads share. Raises ProviderError where none is set."""
    said = provider_settings(name)
    with _lock:
        if said not in _made:
            _made[said] = _new(said)
        return _made[said]


def forget() -> None:
    """Make new ones from now on, as a forked process must: its connections are its parent's."""
    global _lock
    _lock = threading.Lock()
    _made.clear()


def _new(said: ProviderSettings) -> Provider:
    if said.kind == "offline":
        return Offline()
    if said.kind == "openai":
        from aiqueries.bridges.providers.openai.provider import OpenAI

        return OpenAI(said)
    raise ProviderError(Trouble.BAD_REQUEST, f"No AI provider {said.name!r} is set up here.")


os.register_at_fork(after_in_child=forget)

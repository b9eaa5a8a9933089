"""Which model of which provider answers, and who comes next when it cannot: settings only."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from aiqueries.exceptions import UnknownModel

TIMEOUT = 120.0  # seconds for a whole answer, where the provider's settings say no other


@dataclass(frozen=True)
class Route:
    """One model of one provider."""

    provider: str
    model: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """
    What is set for a provider of this name.

    `kind` is "offline" or "openai" (its API, whoever serves it at `base_url`). What an `outside`
    one gets leaves the house. `timeout` is in seconds, for a whole answer. The key is
    `api_key`, or in the secret of Secrets Manager that `api_key_secret` names.
    """

    name: str
    kind: str = ""
    base_url: str = ""
    outside: bool = True
    timeout: float = TIMEOUT
    api_key: str = field(default="", repr=False)
    api_key_secret: str = ""


def routes(model: str = "") -> tuple[Route, ...]:
    """
    The routes to try in turn: the one asked for, by `provider/model` or `model`, and those below.

    Who asks for one far down does not get what stands above it, which may leave the house, or
    cost more. Raises UnknownModel.
    """
    offered = tuple(_route(written) for written in settings.AI_ROUTES)
    for index, route in enumerate(offered):
        if model in ("", str(route), route.model):
            return offered[index:]
    raise UnknownModel(_refusal(model), field="model")


def models_on_offer() -> tuple[str, ...]:
    """What may be asked for, as `provider/model`, in the order of preference."""
    return tuple(str(_route(written)) for written in settings.AI_ROUTES)


def is_outside(provider: str) -> bool:
    """Whether what this provider gets leaves the house. Of one that nobody set: yes."""
    return provider_settings(provider).outside


def provider_settings(name: str) -> ProviderSettings:
    """What is set for this provider; `kind` is empty where nothing is."""
    said: dict[str, Any] = settings.AI_PROVIDERS.get(name, {})
    return ProviderSettings(**{**said, "name": name})


def _route(written: str) -> Route:
    """Models have slashes in their names, too; providers have not."""
    provider, _, model = written.partition("/")
    return Route(provider, model)


def _refusal(model: str) -> str:
    offered = models_on_offer()
    if not offered:
        return "No AI model is on offer here."
    if not model:
        return "Name one of the AI models on offer."
    return f"No such AI model is on offer. There are: {', '.join(offered)}."

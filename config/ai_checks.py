"""What must be right before a query goes to an AI provider."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from aiqueries.routes import ProviderSettings
from config.ai import key_variable

KINDS = ("offline", "openai")
_TYPES = {"kind": str, "base_url": str, "outside": bool, "timeout": (int, float)}
_MEMBERS = {field.name for field in fields(ProviderSettings)} - {"name"}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@register
def check_ai_providers(**_: Any) -> list[CheckMessage]:
    """E013: of each provider it is known how to ask it."""
    return [
        Error(
            f"AI_PROVIDERS says of {name!r} what cannot be: {wrong}.",
            hint=f"A provider has a kind ({' or '.join(KINDS)}); an openai one a base_url;"
            " outside is true or false, timeout in seconds. docs/ai.md has examples.",
            id="config.E013",
        )
        for name, said in settings.AI_PROVIDERS.items()
        for wrong in _wrong(said)
    ]


def _wrong(said: dict[str, Any]) -> Iterator[str]:
    yield from (f"there is no {member}" for member in sorted(set(said) - _MEMBERS))
    for member, kinds in _TYPES.items():
        if member in said and not isinstance(said[member], kinds):  # type: ignore[arg-type]
            yield f"{member} is {said[member]!r}"
    if said.get("kind") not in KINDS:
        yield f"the kind {said.get('kind')!r} is unknown"
    if said.get("kind") == "openai" and not said.get("base_url"):
        yield "it has no base_url"


@register
def check_ai_routes(**_: Any) -> list[CheckMessage]:
    """E014: each route leads to a provider."""
    return [
        Error(
            f"AI_ROUTES leads nowhere with {route!r}.",
            hint="Write provider/model, with a provider that AI_PROVIDERS names:"
            f" {', '.join(settings.AI_PROVIDERS)}.",
            id="config.E014",
        )
        for route in settings.AI_ROUTES
        if not route.partition("/")[2] or route.partition("/")[0] not in settings.AI_PROVIDERS
    ]


@register
def check_there_are_ai_routes(**_: Any) -> list[CheckMessage]:
    """W003: without a route every query is refused, which may be just what is wanted."""
    if settings.AI_ROUTES:
        return []
    return [
        checks.Warning(
            "No AI model is on offer, so every AI query is refused.",
            hint="Set AI_ROUTES, such as openai/gpt-5.4-mini; or silence this if that is meant.",
            id="config.W003",
        )
    ]


@register(Tags.security)
def check_ai_keys(**_: Any) -> list[CheckMessage]:
    """E015: a provider outside takes nothing without a key."""
    return [
        Error(
            f"The AI provider {name!r} is outside, is on a route, and has no key.",
            hint=f"Set {key_variable(name)}, or {key_variable(name)}_FILE to a file that holds it,"
            f" or {key_variable(name)}_SECRET to a secret of Secrets Manager; or AI_ROUTES to other"
            " models, or to nothing.",
            id="config.E015",
        )
        for name, said in _on_routes()
        if said.get("outside", True) and not (said.get("api_key") or said.get("api_key_secret"))
    ]


@register(Tags.security)
def check_ai_addresses(**_: Any) -> list[CheckMessage]:
    """E016: questions and keys travel encrypted, unless they stay on this machine."""
    return [
        Error(
            f"The AI provider {name!r} is reached without TLS.",
            hint="Let its base_url begin with https://; http:// is for this machine only.",
            id="config.E016",
        )
        for name, said in settings.AI_PROVIDERS.items()
        if said.get("kind") == "openai" and not _is_safe(str(said.get("base_url", "")))
    ]


def _on_routes() -> list[tuple[str, dict[str, Any]]]:
    names = dict.fromkeys(route.partition("/")[0] for route in settings.AI_ROUTES)
    return [(name, settings.AI_PROVIDERS[name]) for name in names if name in settings.AI_PROVIDERS]


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    here = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return not address or parts.scheme == "https" or here

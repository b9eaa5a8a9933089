"""Who answers AI queries, from the environment: what `AI_PROVIDERS` and `AI_ROUTES` mean."""

import re
from collections.abc import Mapping
from typing import Any

from config.env import env, setting

OPENAI = "https://api.openai.com/v1"
OFFLINE_ROUTE = "offline/parrot-1"
OPENAI_ROUTE = "openai/gpt-5.4-mini"
# By name: what is there without a word in the environment.
KNOWN: Mapping[str, Mapping[str, Any]] = {
    "offline": {"kind": "offline", "outside": False},
    "openai": {"kind": "openai", "base_url": OPENAI, "outside": True},
}


def providers() -> dict[str, dict[str, Any]]:
    """
    Providers by name, those of AI_PROVIDERS (JSON) over those that are known anyway.

    Keys are not in it but in NAME_API_KEY, NAME_API_KEY_FILE, or, as the name or ARN of a secret
    in Secrets Manager, NAME_API_KEY_SECRET: OPENAI_API_KEY for the provider `openai`.
    """
    said: dict[str, dict[str, Any]] = env.json("AI_PROVIDERS", default={})
    names = dict.fromkeys([*KNOWN, *said])
    return {name: {**KNOWN.get(name, {}), **said.get(name, {}), **_key(name)} for name in names}


def routes(*, here: bool) -> list[str]:
    """`provider/model`, in the order of preference; on a developer's machine nothing leaves it."""
    default = [OFFLINE_ROUTE if here else OPENAI_ROUTE]
    return [route for each in env.list("AI_ROUTES", default=default) if (route := each.strip())]


def key_variable(provider: str) -> str:
    """The variable that a provider's key is in."""
    return re.sub(r"[^A-Z0-9]", "_", provider.upper()) + "_API_KEY"


def _key(provider: str) -> dict[str, str]:
    variable = key_variable(provider)
    return {
        "api_key": setting(variable),
        "api_key_secret": env.str(f"{variable}_SECRET", default=""),
    }

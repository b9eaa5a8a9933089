import pytest

from config.ai_checks import (
    check_ai_addresses,
    check_ai_keys,
    check_ai_providers,
    check_ai_routes,
    check_there_are_ai_routes,
)
from tests.config.test_checks import ids

FAR = {"kind": "openai", "base_url": "https://ai.example.org/v1", "outside": True}
CHECKS = [
    *(check_ai_addresses, check_ai_keys, check_ai_providers),
    *(check_ai_routes, check_there_are_ai_routes),
]


@pytest.fixture
def said(settings):
    """Say what is set about one provider, `far`, and a route to it."""

    def say(*routes, **changes):
        settings.AI_PROVIDERS = {"far": {**FAR, "api_key": "k", **changes}}
        settings.AI_ROUTES = list(routes or ["far/model"])

    return say


def found():
    return [problem for check in CHECKS for problem in ids(check())]


def test_a_sound_provider_has_nothing_to_say(said):
    said()

    assert found() == []


def test_what_this_machine_does_by_itself_is_sound():
    assert found() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "gemini"},
        {"kind": None},
        {"base_url": ""},
        {"timeout": "long"},
        {"outside": "no"},
        {"outsid": False},
    ],
    ids=str,
)
def test_a_provider_that_cannot_be_is_refused(said, changes):
    said(**changes)

    assert set(found()) == {"config.E013"}


@pytest.mark.parametrize("route", ["near/model", "far", "far/", "/model"])
def test_a_route_to_nowhere_is_refused(said, route):
    said(route)

    assert ids(check_ai_routes()) == ["config.E014"]


def test_no_route_at_all_is_a_warning(settings):
    settings.AI_ROUTES = []

    assert ids(check_there_are_ai_routes()) == ["config.W003"]


def test_a_provider_outside_without_a_key_is_refused(said):
    said(api_key="")

    assert found() == ["config.E015"]


def test_a_secret_will_do_as_a_key(said):
    said(api_key="", api_key_secret="imprimatur/openai")

    assert found() == []


def test_a_provider_of_ours_needs_no_key(said):
    said(api_key="", outside=False)

    assert found() == []


def test_one_that_nobody_asks_needs_no_key(said, settings):
    said(api_key="")
    settings.AI_PROVIDERS["offline"] = {"kind": "offline", "outside": False}
    settings.AI_ROUTES = ["offline/parrot-1"]

    assert found() == []


@pytest.mark.parametrize("address", ["http://ai.example.org/v1", "ftp://x/", "ai.example.org"])
def test_nothing_travels_without_tls(said, address):
    said(base_url=address)

    assert found() == ["config.E016"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:8001/v1", "http://[::1]/v1"])
def test_on_this_machine_it_may(said, address):
    said(base_url=address, outside=False)

    assert found() == []


def test_no_message_holds_the_key(said):
    said("nowhere", api_key="sk-secret", base_url="http://ai.example.org", timeout="x")

    assert "sk-secret" not in str([check() for check in CHECKS])

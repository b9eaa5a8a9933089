"""What the environment says about AI providers."""

import json

import pytest

from config import ai


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """Whatever this machine's own environment says."""
    for name in ("AI_PROVIDERS", "AI_ROUTES", "OPENAI_API_KEY", "OPENAI_API_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_on_this_machine_nothing_leaves_it():
    assert ai.routes(here=True) == ["offline/parrot-1"]
    assert ai.providers()["offline"]["outside"] is False


def test_a_deployment_asks_openai():
    (route,) = ai.routes(here=False)

    assert route.startswith("openai/")
    assert ai.providers()["openai"]["outside"] is True


def test_routes_are_parted_by_commas(monkeypatch):
    monkeypatch.setenv("AI_ROUTES", "local/small, offline/parrot-1")

    assert ai.routes(here=True) == ["local/small", "offline/parrot-1"]


def test_no_routes_are_none(monkeypatch):
    monkeypatch.setenv("AI_ROUTES", "")

    assert ai.routes(here=False) == []


def test_a_provider_may_be_added(monkeypatch):
    own = {"kind": "openai", "base_url": "https://ai.example.org/v1", "outside": False}
    monkeypatch.setenv("AI_PROVIDERS", json.dumps({"own": own}))

    assert ai.providers()["own"] == {**own, "api_key": "", "api_key_secret": ""}


def test_what_is_known_may_be_changed_in_part(monkeypatch):
    monkeypatch.setenv("AI_PROVIDERS", '{"openai": {"timeout": 20}}')

    said = ai.providers()["openai"]

    assert (said["kind"], said["timeout"]) == ("openai", 20)


def test_a_key_comes_from_a_variable_of_the_provider_s_name(monkeypatch):
    monkeypatch.setenv("AI_PROVIDERS", '{"our-own": {"kind": "openai"}}')
    monkeypatch.setenv("OUR_OWN_API_KEY", "of our own")

    assert ai.providers()["our-own"]["api_key"] == "of our own"


def test_a_key_comes_from_a_file(monkeypatch, tmp_path):
    path = tmp_path / "key"
    path.write_text("from a file\n")
    monkeypatch.setenv("OPENAI_API_KEY_FILE", str(path))

    assert ai.providers()["openai"]["api_key"] == "from a file"

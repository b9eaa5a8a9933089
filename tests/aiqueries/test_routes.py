import pytest

from aiqueries.exceptions import UnknownModel
from aiqueries.routes import Route, is_outside, models_on_offer, provider_settings, routes


@pytest.fixture(autouse=True)
def offer(settings):
    settings.AI_ROUTES = ["openai/gpt-large", "local/meta/llama", "offline/parrot-1"]
    settings.AI_PROVIDERS = {
        "openai": {"kind": "openai", "api_key": "key-that-nobody-sees"},
        "local": {"kind": "openai", "base_url": "http://127.0.0.1:1/v1", "outside": False},
    }


def test_without_a_model_all_are_tried_in_turn():
    assert [str(route) for route in routes()] == [
        "openai/gpt-large",
        "local/meta/llama",
        "offline/parrot-1",
    ]


@pytest.mark.parametrize("model", ["local/meta/llama", "meta/llama"])
def test_a_chain_begins_with_the_model_asked_for(model):
    assert routes(model) == (Route("local", "meta/llama"), Route("offline", "parrot-1"))


@pytest.mark.parametrize("model", ["gpt", "local", "openai/", "OPENAI/gpt-large", "parrot-1 "])
def test_a_model_that_is_not_on_offer_is_refused(model):
    with pytest.raises(UnknownModel) as caught:
        routes(model)

    assert caught.value.code == "unknown_model"
    assert caught.value.field == "model"


def test_the_refusal_names_those_on_offer():
    with pytest.raises(UnknownModel, match="There are: openai/gpt-large, local/meta/llama, off"):
        routes("gpt")


def test_where_none_is_on_offer_all_are_refused(settings):
    settings.AI_ROUTES = []

    with pytest.raises(UnknownModel, match="No AI model is on offer"):
        routes()


def test_models_on_offer_are_those_of_the_routes():
    assert models_on_offer() == ("openai/gpt-large", "local/meta/llama", "offline/parrot-1")


@pytest.mark.parametrize(("name", "outside"), [("local", False), ("openai", True), ("no", True)])
def test_a_provider_is_outside_unless_it_is_said_not_to_be(name, outside):
    assert is_outside(name) is outside


def test_a_key_is_not_shown():
    said = provider_settings("openai")

    assert said.api_key == "key-that-nobody-sees"
    assert "key-that-nobody-sees" not in repr(said)

"""A provider's key, where it is in Secrets Manager."""

import json

import pytest
from botocore.stub import Stubber

from aiqueries.bridges.providers.openai import keys
from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Trouble
from core import aws
from tests.aiqueries.providers.asking import answer
from tests.aiqueries.providers.server import answer as whole

SECRET = "imprimatur/openai"


@pytest.fixture
def manager(monkeypatch):
    """Secrets Manager, as far as it says what it is told to say."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    aws.forget()
    keys._known.clear()
    with Stubber(aws.client("secretsmanager")) as stubber:
        yield stubber
    aws.forget()
    keys._known.clear()


def hold(manager, text):
    manager.add_response("get_secret_value", {"SecretString": text}, {"SecretId": SECRET})


@pytest.fixture
def asked(serve):
    """A provider whose key is in the secret, and the calls its server gets."""
    statuses = []

    def behave(call):
        if statuses:
            call.refuse(statuses.pop())
        else:
            call.stream(whole())

    provider, log = serve(behave, api_key="", api_key_secret=SECRET)
    return provider, log.calls, statuses


@pytest.mark.parametrize("text", ["sk-from-aws\n", json.dumps({"api_key": "sk-from-aws"})])
def test_the_key_is_the_secret_s_text_or_its_member(manager, asked, text):
    provider, calls, _ = asked
    hold(manager, text)

    answer(provider)
    answer(provider)

    assert [call.headers["Authorization"] for call in calls] == ["Bearer sk-from-aws"] * 2
    manager.assert_no_pending_responses()


def test_a_key_that_is_not_taken_is_asked_for_again(manager, asked):
    provider, calls, statuses = asked
    hold(manager, "old")
    hold(manager, "new")
    statuses.append(401)

    with pytest.raises(ProviderError):
        answer(provider)
    answer(provider)

    assert [call.headers["Authorization"] for call in calls] == ["Bearer old", "Bearer new"]


def test_a_key_that_is_not_to_be_had_is_a_trouble_that_passes(manager, asked):
    provider, calls, _ = asked
    manager.add_client_error("get_secret_value", "ThrottlingException")

    with pytest.raises(ProviderError, match="The key for the AI provider could not be fetched"):
        answer(provider)

    assert not calls
    assert Trouble.UNREACHABLE.handling.retryable


@pytest.mark.parametrize("text", ["{}", '{"api_key"', '{"password": "sk-secret"}'])
def test_a_secret_without_a_key_is_said_to_be_one(manager, asked, text):
    provider, _, _ = asked
    hold(manager, text)

    with pytest.raises(ProviderError, match="The secret that should hold") as caught:
        answer(provider)

    assert caught.value.kind is Trouble.AUTH

"""The choice of an engine, and what only the local one says."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.workflows.conftest import token_of
from workflows import services


@pytest.mark.parametrize("name", ["", "aws", "Local"])
def test_an_engine_that_there_is_not_is_said_with_those_there_are(settings, name):
    settings.WORKFLOW_ENGINE = name

    with pytest.raises(ImproperlyConfigured, match="one of local, stepfunctions"):
        services.describe(name="approval-1")


def test_the_local_engine_knows_a_token_until_its_message_is_delivered(started):
    token = token_of(started)
    assert services.open_token("approval-1").token == token

    started.messages.update(body=None)

    assert services.open_token("approval-1") is None


def test_the_local_engine_has_no_open_token_after_the_task(started):
    services.complete_task(token=token_of(started), output={"verdict": "APPROVED"})

    assert services.open_token("approval-1") is None


def test_step_functions_has_timers_of_its_own(settings, started):
    settings.WORKFLOW_ENGINE = "stepfunctions"

    assert services.fire_timers() == 0

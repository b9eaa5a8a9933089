"""The API held against its own schema: whatever is sent, it answers as it says it would."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.services import create_api_token
from aiqueries.services import ask_query
from approvals import services
from config.wsgi import application
from tests.approvals.conftest import CONTENT, REVISED

pytestmark = pytest.mark.slow
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def there(asha, ben, deliver_all):
    """Ids of things that are there, by the names that addresses have for them."""
    request = services.submit_request(content=CONTENT, assigned_to=asha.email, actor=ben)
    deliver_all()
    free = services.create_question(content=REVISED, actor=ben)
    query = ask_query(prompt="What is a distractor?", actor=ben)
    return {
        "request_id": str(request.pk),
        "task_id": str(request.tasks.get().pk),
        "question_id": str(free.pk),
        "name": request.execution_name,
        "query_id": str(query.pk),
        "number": 1,
        "code": "invalid",
    }


@pytest.fixture
def token(admin_person):
    new = create_api_token(
        user=admin_person, name="Any input", days=1, actor=admin_person.as_actor()
    )
    return new.secret


@pytest.fixture
def api_schema(db):
    # A server would close the test's connection, and its transaction, after every answer.
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


def test_any_input_gets_an_answer_that_the_schema_knows(api_schema, token, there):
    for found in api_schema.get_all_operations():

        @given(case=found.ok().as_strategy(), somewhere=booleans())
        @settings(
            max_examples=40,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def try_it(case, somewhere):
            # Half of the addresses lead somewhere, so that bodies are looked at too.
            if somewhere and case.path_parameters:
                known = {name: there[name] for name in case.path_parameters if name in there}
                case.path_parameters = {**case.path_parameters, **known}
            case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

        try_it()

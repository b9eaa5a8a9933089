"""The product as `make run-ai` runs it: Ben's query goes by the SDK to a model that runs here."""

import json
import uuid
from http.client import HTTPConnection

import pytest

from config import local_model
from tests.processes import Up

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not local_model.is_installed(), reason="There is no model for this machine"),
]

ENDED = {"SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"}


class WithModel(Up):
    """`manage.py up` with a model beside it."""

    patience = 240  # seconds: ten processes start, a model is read, and tests run beside them

    def _environment(self):
        return {**super()._environment(), "AI_LOCAL_MODEL": "1"}

    def api(self, method, path, token, body=None):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        headers["Idempotency-Key"] = uuid.uuid4().hex
        connection.request(method, f"/api/v1/{path}", json.dumps(body or {}), headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status < 400, content
        return json.loads(content)


@pytest.fixture
def running(tmp_path):
    up = WithModel(tmp_path / "var").start()
    yield up
    up.stop()


def test_a_query_comes_back_with_the_model_s_answer(running):
    token = running.manage("create_api_token", "ben@example.com").stdout.split()[-1]
    body = {"prompt": "What is the capital of France? Answer in one sentence."}
    query = running.api("POST", "ai/query/", token, body)["id"]

    def now():
        return running.api("GET", f"ai/query/{query}/", token)

    running.until(lambda: now()["status"] in ENDED)

    ended = now()
    assert ended["status"] == "SUCCEEDED"
    assert [each["model"] for each in ended["attempts"]] == ["smollm2-135m"]
    assert "Paris" in json.dumps(ended)


def test_nothing_of_the_model_is_left_running(running):
    server = running.child("config.local_model")

    running.stop()

    assert not server.is_running()

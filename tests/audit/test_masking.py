"""No token, key or comment gets into the trail, whatever an event brings."""

import json

import pytest

from audit.recording.masking import MASK, masked
from tests.audit.conftest import SealBroken, happen


@pytest.mark.parametrize(
    "field",
    [
        "task_token",
        "taskToken",
        "TaskToken",
        "token",
        "Token.$",
        "correct_answer",
        "answer-key",
        "options",
        "comment",
        "comments",
        "password",
        "API_KEY",
    ],
)
def test_a_secret_field_is_masked(field):
    assert masked({field: "s3cret", "task_id": "t"}) == {field: MASK, "task_id": "t"}


@pytest.mark.parametrize("field", ["token_id", "token_name", "key_stage", "answered_at"])
def test_a_field_that_only_sounds_secret_stays(field):
    assert masked({field: "x"}) == {field: "x"}


def test_secrets_are_found_at_any_depth():
    assert masked({"body": [{"input": {"token": "s3cret"}}]}) == {
        "body": [{"input": {"token": MASK}}]
    }


def test_secrets_are_found_in_a_string_that_is_json():
    result = masked({"body": json.dumps({"task_token": "s3cret", "stage": 1})})

    assert json.loads(result["body"]) == {"task_token": MASK, "stage": 1}


def test_a_string_that_only_begins_like_json_stays():
    assert masked({"body": "{not json, token"}) == {"body": "{not json, token"}


def test_the_trail_holds_no_secret_of_an_event(recorded):
    happen(SealBroken(task_token="s3cret", body=json.dumps({"task_token": "s3cret"})))

    (entry,) = recorded()

    assert "s3cret" not in json.dumps(entry.detail) + entry.text
    assert entry.detail["task_token"] == MASK

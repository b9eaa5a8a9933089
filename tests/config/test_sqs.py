"""Polls that fail: a worker must outlive whatever SQS, or the way to it, answers."""

from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError

from config.sqs import Channel, Connection, Transport

EMULATED = {"aws_access_key_id": "emulated", "aws_secret_access_key": "emulated"}


@pytest.fixture
def connection():
    client = boto3.session.Session().client("sqs", region_name="eu-west-2", **EMULATED)
    return Connection(sqs_connection=client, region="eu-west-2", http_client=SimpleNamespace())


def answer(status):
    """What kombu's HTTP client makes of an answer; 599 stands for none."""
    return SimpleNamespace(status=status, reason="", read=lambda: b'{"__type": "Throttling"}')


@pytest.mark.parametrize("status", [400, 403, 408, 500, 502, 503, 504, 599])
def test_a_poll_that_failed_counts_as_one_that_found_nothing(connection, status):
    assert connection._on_list_ready(None, [], "ReceiveMessage", answer(status)) == {}


def test_what_the_answer_says_is_not_logged(connection, caplog):
    connection._on_list_ready(None, [], "ReceiveMessage", answer(400))

    assert caplog.messages == ["SQS did not do ReceiveMessage: HTTP 400"]


def test_a_refusal_of_aws_lets_celery_connect_anew():
    assert ClientError in Transport.connection_errors
    assert Transport.Channel is Channel

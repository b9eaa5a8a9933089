import pytest

from config.aws_checks import (
    check_bucket,
    check_queues,
    check_region,
    check_rehearsal_stays_here,
    check_state_machine,
    check_tls_proxy,
)
from config.checks import check_database_is_named

CHECKS = [check_tls_proxy, check_queues, check_state_machine, check_bucket, check_region]


@pytest.fixture
def on_aws_itself(settings, monkeypatch):
    """Settings of a deployment on AWS that lacks nothing."""
    settings.AWS, settings.ON_THIS_MACHINE = True, False
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.QUEUE_URL_BASE = "https://sqs.eu-west-2.amazonaws.com/123456789012/"
    settings.WORKFLOW_ENGINE = "stepfunctions"
    settings.STATE_MACHINE_ARN = "arn:aws:states:eu-west-2:123456789012:stateMachine:exams"
    settings.FILES_BUCKET = "exams-files"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    return settings


def said(checks):
    return [message for check in checks for message in check()]


def test_a_whole_deployment_has_nothing_to_say(on_aws_itself):
    assert said(CHECKS) == []


def test_the_local_profile_needs_none_of_it(settings, monkeypatch):
    settings.QUEUE_URL_BASE = settings.STATE_MACHINE_ARN = settings.FILES_BUCKET = ""

    assert said(CHECKS) == []


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SECURE_PROXY_SSL_HEADER", None, "config.E007"),
        ("QUEUE_URL_BASE", "", "config.E008"),
        ("QUEUE_URL_BASE", "https://sqs.eu-west-2.amazonaws.com/123456789012", "config.E008"),
        ("STATE_MACHINE_ARN", "", "config.E009"),
        ("FILES_BUCKET", "", "config.E010"),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(on_aws_itself, name, value, problem):
    setattr(on_aws_itself, name, value)

    (message,) = said(CHECKS)

    assert message.id == problem
    assert message.hint


def test_a_missing_region_is_said(on_aws_itself, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.delenv("AWS_REGION", raising=False)

    assert [message.id for message in said(CHECKS)] == ["config.E011"]


def test_our_own_engine_needs_no_state_machine(on_aws_itself):
    on_aws_itself.WORKFLOW_ENGINE = "local"
    on_aws_itself.STATE_MACHINE_ARN = ""

    assert said(CHECKS) == []


@pytest.mark.parametrize("endpoint", ["", "http://127.0.0.1:4566", "http://localhost:4566"])
def test_a_rehearsal_here_is_fine(settings, monkeypatch, endpoint):
    settings.AWS = True
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)

    assert check_rehearsal_stays_here() == []


def test_a_rehearsal_elsewhere_is_refused(settings, monkeypatch):
    settings.AWS = True
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://sqs.eu-west-2.amazonaws.com")

    assert [message.id for message in check_rehearsal_stays_here()] == ["config.E012"]


def test_a_secret_names_the_database(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", "")
    monkeypatch.setitem(settings.DATABASES["default"], "SECRET", "exams-database")

    assert check_database_is_named() == []

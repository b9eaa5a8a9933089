"""What each profile sets, read by a process of its own: settings are read once."""

import json
import os
import subprocess
import sys

import pytest

from core.queues import CELERY_QUEUES, QUEUES
from tests.processes import ROOT

READ = """
import json, sys
from django.conf import settings
print(json.dumps({name: getattr(settings, name, None) for name in sys.argv[1:]}, default=repr))
"""
SECURITY = {
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
}
WANTED = {
    *SECURITY,
    "SECRET_KEY",
    "VAR_DIR",
    "DATABASES",
    "STORAGES",
    "EMAIL_BACKEND",
    "WORKFLOW_ENGINE",
    "CELERY_BROKER_URL",
    "CELERY_BROKER_TRANSPORT_OPTIONS",
    "CELERY_TASK_TIME_LIMIT",
    "CELERY_TASK_ACKS_LATE",
    "CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT",
    "CELERY_WORKER_PREFETCH_MULTIPLIER",
    "CELERY_WORKER_ENABLE_REMOTE_CONTROL",
}


def settings_of(profile, var, **environment):
    """The wanted settings of a process in this profile."""
    process = subprocess.run(
        [sys.executable, "-c", READ, *sorted(WANTED)],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PROFILE": profile,
            "VAR_DIR": str(var),
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(process.stdout)


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    return settings_of(
        "aws",
        tmp_path_factory.mktemp("aws"),
        SECRET_KEY="k" * 50,
        QUEUE_URL_BASE="https://sqs.eu-west-2.amazonaws.com/123456789012/",
        FILES_BUCKET="exams-files",
        DATABASE_SECRET="exams-database",
        TLS_ENDS_AT_PROXY="true",
    )


@pytest.fixture(scope="module")
def emulated(tmp_path_factory):
    return settings_of("aws-emulated", tmp_path_factory.mktemp("emulated"))


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    return settings_of("local", tmp_path_factory.mktemp("local"))


def test_a_deployment_insists_on_tls(aws):
    assert {name: aws[name] for name in SECURITY} == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
    }


def test_nobody_is_believed_about_tls_unless_it_is_said_so(tmp_path):
    assert settings_of("aws", tmp_path, SECRET_KEY="k" * 50)["SECURE_PROXY_SSL_HEADER"] is None


def test_a_deployment_makes_no_key_of_its_own(tmp_path):
    with pytest.raises(subprocess.CalledProcessError):
        settings_of("aws", tmp_path)


def test_a_rehearsal_works_over_plain_http(emulated):
    assert {name: emulated[name] for name in SECURITY} == {
        "SESSION_COOKIE_SECURE": False,
        "CSRF_COOKIE_SECURE": False,
        "SECURE_SSL_REDIRECT": False,
        "SECURE_HSTS_SECONDS": 0,
        "SECURE_PROXY_SSL_HEADER": None,
    }


def test_a_rehearsal_keeps_apart_from_the_local_profile(emulated, local):
    assert emulated["VAR_DIR"].endswith("/aws-emulated')")
    assert "aws-emulated" not in local["VAR_DIR"]


@pytest.mark.parametrize("profile", ["aws", "emulated"])
def test_workflows_run_on_step_functions(profile, request):
    assert request.getfixturevalue(profile)["WORKFLOW_ENGINE"] == "stepfunctions"


def test_the_local_profile_stays_as_it_is(local):
    assert local["WORKFLOW_ENGINE"] == "local"
    assert local["CELERY_BROKER_URL"] == "filesystem://localhost"
    assert local["EMAIL_BACKEND"] == "notifications.mailbox.MailboxBackend"
    assert local["DATABASES"]["default"]["ENGINE"] == "django.db.backends.postgresql"


def test_mail_goes_by_ses(aws, emulated):
    assert aws["EMAIL_BACKEND"] == "config.mail.SesBackend"
    assert emulated["EMAIL_BACKEND"] == "config.mail.EmulatedSesBackend"


def test_the_database_is_found_by_its_secret(aws):
    database = aws["DATABASES"]["default"]

    assert (database["ENGINE"], database["SECRET"]) == ("config.database", "exams-database")
    assert database["OPTIONS"] == {"sslmode": "require"}


def test_files_go_to_the_private_bucket(aws):
    assert aws["STORAGES"]["default"] == {
        "BACKEND": "core.s3.PrivateS3Storage",
        "OPTIONS": {"bucket_name": "exams-files"},
    }


def test_celery_knows_its_queues_and_asks_for_no_others(aws):
    options = aws["CELERY_BROKER_TRANSPORT_OPTIONS"]
    celery = {name for name, queue in QUEUES.items() if queue.kind == "celery"}

    assert set(options["predefined_queues"]) == celery
    assert options["predefined_queues"]["celery-audit"] == {
        "url": "https://sqs.eu-west-2.amazonaws.com/123456789012/imprimatur-celery-audit"
    }


def test_a_worker_takes_one_message_at_a_time_and_keeps_it_until_it_is_done(aws):
    assert aws["CELERY_WORKER_PREFETCH_MULTIPLIER"] == 1
    assert aws["CELERY_TASK_ACKS_LATE"] is True
    assert aws["CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT"] is False
    assert aws["CELERY_WORKER_ENABLE_REMOTE_CONTROL"] is False


def test_the_time_limit_is_the_tables(aws):
    assert aws["CELERY_TASK_TIME_LIMIT"] == CELERY_QUEUES["outbox"].time_limit

"""Consumers as processes of their own, with the product's own handlers."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.db import connection

from core.queues import QUEUES
from tests.consumer.conftest import create, until
from tests.processes import ROOT


@pytest.fixture
def ear():
    """The product's own handlers."""


@pytest.fixture
def letterboxes(on_aws):
    """Every message queue, by name."""
    sqs = on_aws.boto("sqs")
    return {name: create(sqs, queue) for name, queue in QUEUES.items() if queue.kind == "messages"}


def database_url():
    """The tests' own database, for another process."""
    given = urlsplit(os.environ["TEST_DATABASE_URL"])
    return given._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture
def start(on_aws, settings, tmp_path):
    """Start a consumer's process on the tests' database and the emulator; kill what is left."""
    processes = []

    def run(*command, **environment):
        log = tmp_path / f"{len(processes)}.log"
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={
                **os.environ,
                **on_aws.environment,
                "PYTHONPATH": str(ROOT),
                "DATABASE_URL": database_url(),
                "QUEUE_URL_BASE": settings.QUEUE_URL_BASE,
                "QUEUE_PREFIX": settings.QUEUE_PREFIX,
                "LOG_LEVEL": "INFO",
                **environment,
            },
            stdout=log.open("wb"),
            stderr=subprocess.STDOUT,
        )
        process.log = log
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.wait()


def says(process, words):
    return words in process.log.read_text(encoding="utf-8")


def consume(start, *queues, **environment):
    process = start("manage.py", "consume", *queues, **environment)
    until(lambda: says(process, "Taking in"), 60)
    return process

"""Emulators of AWS for tests: each pytest worker has one of each kind, started when asked for."""

import uuid

import pytest

from config import emulator as emulators
from core import aws

EMULATORS = {"moto", "ministack", "emulator"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Whatever starts an emulator is slow."""
    for item in items:
        if EMULATORS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def moto(tmp_path_factory):
    """moto's server, which runs state machines and keeps their whole history."""
    yield from _started("moto", tmp_path_factory)


@pytest.fixture(scope="session")
def ministack(tmp_path_factory):
    """MiniStack, which carries load and sends EventBridge's status changes."""
    yield from _started("ministack", tmp_path_factory)


def _started(kind, tmp_path_factory):
    running = emulators.start(kind, log=tmp_path_factory.mktemp(kind) / "log")
    yield running.emulator
    running.stop()


@pytest.fixture(params=["moto", "ministack"])
def emulator(request):
    """Each kind of emulator in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def on_aws(emulator, settings, monkeypatch):
    """Point this process at the emulator, with names of queues that no other test uses."""
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    settings.QUEUE_URL_BASE = f"{emulator.url}/{emulators.ACCOUNT}/"
    settings.QUEUE_PREFIX = f"t{uuid.uuid4().hex[:12]}-"
    aws.forget()
    yield emulator
    aws.forget()

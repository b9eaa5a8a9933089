"""What `manage.py up` does besides in the profile aws-emulated."""

import socket

import pytest

from config import rehearsal
from config.up import CannotRun


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch):
    for name in ("EMULATOR", "EMULATOR_PORT"):
        monkeypatch.delenv(name, raising=False)


def test_another_emulator_and_port_can_be_named(monkeypatch):
    monkeypatch.setenv("EMULATOR", "ministack")
    monkeypatch.setenv("EMULATOR_PORT", "24566")

    emulator = rehearsal.wanted().emulator

    assert (emulator.kind, emulator.url) == ("ministack", "http://127.0.0.1:24566")


def test_an_unknown_emulator_is_refused(monkeypatch):
    monkeypatch.setenv("EMULATOR", "localstack")

    with pytest.raises(CannotRun, match="it must be moto or ministack"):
        rehearsal.wanted()


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_an_impossible_port_is_refused(monkeypatch, port):
    monkeypatch.setenv("EMULATOR_PORT", port)

    with pytest.raises(CannotRun, match="must be a number from 1 to 65535"):
        rehearsal.wanted()


def test_a_port_in_use_is_said(monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("EMULATOR_PORT", str(other.getsockname()[1]))

        with pytest.raises(CannotRun, match="in use by another program"):
            rehearsal.wanted()


def test_a_first_start_has_nothing_to_throw_away(tmp_path):
    assert rehearsal.start_anew(tmp_path) is False


def test_a_rehearsal_starts_anew_and_keeps_its_password(tmp_path):
    for folder in ("postgres", "mailbox"):
        (tmp_path / folder).mkdir()
    for file in ("demo-password", "secret-key", "up.lock", "beat-schedule"):
        (tmp_path / file).touch()

    assert rehearsal.start_anew(tmp_path) is True

    left = {entry.name for entry in tmp_path.iterdir()}
    assert left == {"demo-password", "secret-key", "up.lock", "postgres.lock"}

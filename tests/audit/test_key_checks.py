"""What `manage.py check` says about the key of the audit trail."""

from pathlib import Path

import pytest

from audit import checks
from audit.proof import signers


@pytest.fixture
def deployed(settings, tmp_path):
    """A deployment with nothing wrong about its key."""
    settings.ON_THIS_MACHINE = False
    settings.AUDIT_ORIGIN = "exams.example.org/audit"
    settings.AUDIT_KMS_KEY = ""
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")
    signers.make_key_file(Path(settings.AUDIT_KEY_FILE))
    return settings


def found():
    every = (checks.check_key, checks.check_origin, checks.check_key_file_is_ours_alone)
    return [message.id for check in every for message in check()]


def test_a_sound_deployment_has_nothing_to_say(deployed):
    assert found() == []


def test_a_deployment_names_its_key(deployed):
    deployed.AUDIT_KEY_FILE = ""

    assert found() == ["audit.E001"]


def test_a_key_of_kms_will_do(deployed):
    deployed.AUDIT_KEY_FILE, deployed.AUDIT_KMS_KEY = "", "alias/exams-audit"

    assert found() == []


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n"])
def test_the_file_holds_a_key(deployed, content):
    Path(deployed.AUDIT_KEY_FILE).write_bytes(content)

    assert found() == ["audit.E002"]


def test_a_deployment_is_made_no_key(deployed):
    Path(deployed.AUDIT_KEY_FILE).unlink()

    assert found() == ["audit.E002"]


def test_on_this_machine_the_key_may_be_made_yet(deployed):
    deployed.ON_THIS_MACHINE = True
    Path(deployed.AUDIT_KEY_FILE).unlink()

    assert found() == []


@pytest.mark.parametrize("origin", ["", "exams example", "exams+audit", "a" * 256])
def test_the_trail_has_a_name_that_can_be_signed(deployed, origin):
    deployed.AUDIT_ORIGIN = origin

    assert found() == ["audit.E003"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_nobody_else_reads_the_key(deployed, mode):
    Path(deployed.AUDIT_KEY_FILE).chmod(mode)

    assert found() == ["audit.W001"]

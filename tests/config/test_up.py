import signal
import stat
from http.client import HTTPConnection

import psutil
import pytest

from tests.processes import Up

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One that every test here may look at and none may stop."""
    up = Up(tmp_path_factory.mktemp("running") / "var").start()
    yield up
    up.stop(signal.SIGTERM)


@pytest.fixture
def up(tmp_path):
    """One that is the test's own, and does not run yet."""
    up = Up(tmp_path / "var")
    yield up
    if up.process is not None:
        up.stop(signal.SIGTERM)


def get(port, path):
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path)
    return connection.getresponse().status


def answers(port):
    try:
        return get(port, "/healthz") == 200
    except OSError:
        return False


def test_it_answers_and_has_every_migration(running):
    assert get(running.port, "/readyz") == 200


def test_the_password_is_for_its_owner_only(running):
    password = running.var / "demo-password"

    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert running.says(password.read_text())


@pytest.mark.parametrize("name", ["relay", "seal"])
def test_a_killed_process_comes_back(running, name):
    victim = running.child(name)

    victim.kill()

    running.until(lambda: running.says(f"{name} ended (killed by SIGKILL); starting it again"))
    running.until(lambda: running.child(name).pid != victim.pid)


def test_a_killed_web_process_answers_again(running):
    running.child("gunicorn", "config.wsgi").kill()

    running.until(lambda: running.says("web ended (killed by SIGKILL)"))
    running.until(lambda: answers(running.port))


def test_a_second_up_in_the_same_folder_is_refused(running):
    second = Up(running.var).start(wait=False)

    assert second.process.wait(timeout=30) == 1
    assert second.says(f"runs in this folder already (process {running.process.pid})")
    assert answers(running.port)


def test_a_port_in_use_is_said_in_one_sentence(running, tmp_path):
    second = Up(tmp_path / "other", port=running.port).start(wait=False)

    assert second.process.wait(timeout=30) == 1
    assert second.says(f"Port {running.port} is in use by another program.")


def test_the_data_may_not_be_thrown_away_while_it_runs(running):
    refused = running.manage("demo_reset")

    assert refused.returncode == 1
    assert "runs in this folder already" in refused.stderr
    assert get(running.port, "/readyz") == 200


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing_running(up, how):
    family = up.start().family()

    code = up.stop(how)

    _, alive = psutil.wait_procs(family, timeout=0.5)
    assert alive == []
    assert code == 0


def test_a_killed_up_leaves_nothing_running_and_can_start_again(up):
    family = up.start().family()

    up.process.kill()
    _, alive = psutil.wait_procs(family, timeout=15)
    up.start()

    assert alive == []
    assert get(up.port, "/readyz") == 200


def test_a_second_start_finds_the_first_one_s_data_until_a_reset(up):
    up.start().stop()
    first = (up.var / "demo-password").read_text()

    up.start().stop()
    second = (up.var / "demo-password").read_text()
    up.manage("demo_reset")

    assert second == first
    assert sorted(entry.name for entry in up.var.iterdir()) == ["postgres.lock", "up.lock"]

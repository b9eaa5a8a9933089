"""The cases as each engine tells them. Emulators are asked once for all pytest workers."""

import fcntl
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.parity import emulated, local, made_up
from tests.parity.cases import CASES
from tests.parity.gaps import GAPS
from tests.parity.gaps.gap import resting

NEVER_END = {
    kind: frozenset(name for gap in gaps if gap.change is resting for name in gap.cases)
    | ({"task-timeout-path-missing"} if kind == "ministack" else set())
    for kind, gaps in GAPS.items()
}
KNOWN = {}


@pytest.fixture
def told_locally(db, tmp_path):
    """A function that returns a case's record here; it is run but once."""

    def record(case):
        if case.name not in KNOWN:
            KNOWN[case.name] = local.run(case, tmp_path)
        return KNOWN[case.name]

    return record


@pytest.fixture(scope="session")
def told_by(request, tmp_path_factory):
    """The records of each emulator by case."""
    folder = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        folder = folder.parent  # the one that all workers have in common
    kept = folder / "parity.pickle"
    with (folder / "parity.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(_told(request)))
    return pickle.loads(kept.read_bytes())


def _told(request):
    running = {kind: request.getfixturevalue(kind) for kind in GAPS}
    with ThreadPoolExecutor() as pool:
        asked = {
            kind: pool.submit(emulated.run_all, emulator, (*CASES, *made_up.CASES), NEVER_END[kind])
            for kind, emulator in running.items()
        }
        return {kind: answer.result() for kind, answer in asked.items()}

"""Children that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent(how: signal.Signals, *, nice: int = 0) -> Callable[[], None]:
    """
    For `preexec_fn`: ask the kernel to send this signal to the child when its parent is gone.

    Only Linux can do that. Elsewhere a parent that was killed leaves its children behind. The
    child gives way to others by as much as `nice` says.
    """

    def ask() -> None:
        os.nice(nice)
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, how)

    return ask


def command_line(pid: int) -> str:
    """What a process was started as, parted by spaces; empty if there is no such process."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            return ""
    ps = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
    return subprocess.run(ps, capture_output=True, text=True, check=False).stdout


def environment_with(**values: str) -> dict[str, str]:
    """This process's environment, with the virtual environment's programs first on PATH."""
    programs = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath)
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{path}", **values}

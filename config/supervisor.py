"""Several programs as one command in the foreground: started, kept running, stopped in order."""

import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

from config.processes import end_with_parent

FIRST_PAUSE = 0.5  # seconds before a program that ended is started again; doubles each time
LONGEST_PAUSE = 5.0  # seconds
STEADY = 20.0  # seconds a program must run for its earlier ends to be forgotten
_CHUNK = 65536  # bytes read at once from a program's output


def _nothing() -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run under which name. Those of the highest `stage` are stopped first."""

    name: str
    command: list[str]
    environment: dict[str, str]
    stage: int
    stop_with: signal.Signals = signal.SIGTERM
    patience: float = 5.0  # seconds it may take to end before it is killed
    before: Callable[[], None] = _nothing  # called before every start
    nice: int = 0  # how far others' work goes first, as `nice` counts
    essential: bool = False  # what it held is lost when it ends, so everything else ends too


@dataclass
class Child:
    """One program, and how its present process fares."""

    program: Program
    process: subprocess.Popen[bytes]
    started_at: float
    rest: bytes = b""
    ends: int = 0
    start_again_at: float | None = None


@dataclass
class Supervisor:
    """
    Keeps programs running until SIGINT, SIGTERM or SIGHUP; `say` gets every line to be shown.

    Works without threads: one loop waits for output, signals and the next start.
    """

    say: Callable[[str, str], None]
    children: dict[str, Child] = field(default_factory=dict)
    asked_to_stop: int = 0
    lost: str = ""  # the essential program that ended, if one did

    def __post_init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake, wake = socket.socketpair()
        self._wake.setblocking(False)
        wake.setblocking(False)
        self._wake_writer = wake
        self._selector.register(self._wake, selectors.EVENT_READ)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def start(self, program: Program) -> Child:
        """Run a program from now on."""
        child = Child(program, self._launch(program), time.monotonic())
        self.children[program.name] = child
        return child

    def wait_until(self, condition: Callable[[], bool], *, timeout: float) -> bool:
        """Keep the programs running until the condition holds; False if it never did in time."""
        until = time.monotonic() + timeout
        while not condition():
            if self.asked_to_stop or self.lost or time.monotonic() > until:
                return False
            self._turn(0.05)
        return True

    def run(self) -> None:
        """Keep the programs running until somebody asks to stop, or an essential one is lost."""
        while not self.asked_to_stop and not self.lost:
            pending = [c.start_again_at for c in self.children.values() if c.start_again_at]
            self._turn(max(0.0, min(pending) - time.monotonic()) if pending else None)

    def stop(self) -> None:
        """End every program, stage by stage. A second signal from outside kills what is left."""
        for child in self.children.values():
            child.start_again_at = None
        for stage in sorted({c.program.stage for c in self.children.values()}, reverse=True):
            self._stop_stage([c for c in self.children.values() if c.program.stage == stage])
        self._selector.close()

    def _stop_stage(self, children: list[Child]) -> None:
        for child in children:
            if child.process.poll() is None:
                child.process.send_signal(child.program.stop_with)
        asked, began = self.asked_to_stop, time.monotonic()
        for child in children:
            until = began + child.program.patience
            while child.process.poll() is None and time.monotonic() < until:
                self._wait_for_news(0.1)
                if self.asked_to_stop > max(asked, 1):
                    break
            _kill_what_is_left(child)
            self._pass_on(child)

    def _turn(self, timeout: float | None) -> None:
        self._wait_for_news(timeout)
        now = time.monotonic()
        for child in self.children.values():
            if child.start_again_at is None and child.process.poll() is not None:
                self._ended(child, now)
            if child.start_again_at is not None and child.start_again_at <= now:
                child.start_again_at = None
                child.started_at = now
                child.process = self._launch(child.program)

    def _ended(self, child: Child, now: float) -> None:
        """A program ended by itself: clear up after it and plan its next start."""
        _kill_what_is_left(child)
        self._pass_on(child)
        if child.program.essential:
            self.lost = child.program.name
            return
        if now - child.started_at > STEADY:
            child.ends = 0
        pause = min(FIRST_PAUSE * 2**child.ends, LONGEST_PAUSE)
        child.ends += 1
        child.start_again_at = now + pause
        how = _how_it_ended(child.process.returncode)
        self.say("up", f"{child.program.name} ended ({how}); starting it again in {pause:g} s.")

    def _launch(self, program: Program) -> subprocess.Popen[bytes]:
        program.before()
        process = subprocess.Popen(
            program.command,
            env=program.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C reaches us only, and we can sweep up its children.
            start_new_session=True,
            preexec_fn=end_with_parent(program.stop_with, nice=program.nice),
        )
        assert process.stdout is not None  # noqa: S101 (PIPE above)
        os.set_blocking(process.stdout.fileno(), False)
        self._selector.register(process.stdout, selectors.EVENT_READ, program.name)
        return process

    def _wait_for_news(self, timeout: float | None) -> None:
        for key, _ in self._selector.select(timeout):
            if key.data is None:
                with suppress(BlockingIOError):
                    self._wake.recv(_CHUNK)
            else:
                self._pass_on(self.children[key.data])

    def _pass_on(self, child: Child) -> None:
        """Show the whole lines that a program has written; at its end, the last one too."""
        stream = child.process.stdout
        if stream is None or stream.closed:
            return
        try:
            while chunk := os.read(stream.fileno(), _CHUNK):
                *lines, child.rest = (child.rest + chunk).split(b"\n")
                for line in lines:
                    self.say(child.program.name, line.decode(errors="replace"))
        except BlockingIOError:
            return
        if child.rest:
            self.say(child.program.name, child.rest.decode(errors="replace"))
        child.rest = b""
        self._selector.unregister(stream)
        stream.close()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop += 1


def _kill_what_is_left(child: Child) -> None:
    """Kill the program and whatever it started."""
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def _how_it_ended(returncode: int) -> str:
    if returncode >= 0:
        return f"exit code {returncode}"
    return f"killed by {signal.Signals(-returncode).name}"

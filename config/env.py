"""Where settings come from: the environment, files it names, and var/ in the local profile."""

import os
import secrets
from pathlib import Path

import environ

env = environ.Env()


def setting(name: str, default: str = "") -> str:
    """A setting's value, or the content of the file that NAME_FILE points to."""
    path = env.str(f"{name}_FILE", default="")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    value: str = env.str(name, default=default)
    return value


def kept_secret(path: Path, *, size: int = 48) -> str:
    """A secret of `size` random bytes, made once, in a file that only its owner can read."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8", opener=_only_ours) as file:
            file.write(secrets.token_urlsafe(size))
    except FileExistsError:
        pass
    return path.read_text(encoding="utf-8").strip()


def _only_ours(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)

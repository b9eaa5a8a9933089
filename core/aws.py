"""
Clients of AWS, made when first asked for: the local profile never loads boto3.

Endpoint, region and credentials come from where botocore looks for them: AWS_ENDPOINT_URL,
AWS_REGION, the role of the machine.
"""

import os
import threading
from typing import Any

CONNECT_TIMEOUT = 3  # seconds
READ_TIMEOUT = 25  # seconds: a long poll takes 20
ATTEMPTS = 3
CONNECTIONS = 32  # open at once; threads share a client

_clients: dict[str, Any] = {}
_lock = threading.Lock()


def client(service: str) -> Any:
    """The process's client of a service ("sqs", "stepfunctions", …). Threads may share it."""
    with _lock:
        if service not in _clients:
            _clients[service] = _new(service)
        return _clients[service]


def forget() -> None:
    """Make new clients from now on, as a forked process must: its sockets are its parent's."""
    global _lock
    _lock = threading.Lock()
    _clients.clear()


def _new(service: str) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=CONNECTIONS,
    )
    # A session of our own: boto3's default one must not be used by several threads.
    return boto3.session.Session().client(service, config=config)


os.register_at_fork(after_in_child=forget)

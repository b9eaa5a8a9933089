"""
Requests to addresses that people typed in: never to what only we can reach.

A name is resolved once, every address it has is checked, and the connection goes to a checked
address, so that a name that changes its mind gains nothing (OWASP, "Server Side Request Forgery
Prevention"). Redirects are not followed, proxies of the environment not used.
"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_TIMEOUT = 5.0  # seconds
ANSWER_TIMEOUT = 10.0  # seconds without a byte
MOST_TIME = 20.0  # seconds for all of it
MOST_ADDRESSES = 3  # that one name's are tried

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What `ipaddress` of Python 3.11 calls global, and is not: transitions that wrap an address of the
# inside, ranges for documentation and tests, multicast; and AWS' metadata of containers.
_CLOSED = [
    ipaddress.ip_network(net)
    for net in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
        *("192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/128", "::1/128", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96"),
        *("64:ff9b::/96", "64:ff9b:1::/48"),
        # Where a cloud answers its machines: Azure.
        "168.63.129.16/32",
        *("100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16"),
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "fd00:ec2::/32"),
    )
]
_THIS_MACHINE = [ipaddress.ip_network(net) for net in ("127.0.0.0/8", "::1/128")]


_NAME = re.compile(r"[A-Za-z0-9_.-]+")
# Whatever ends so is read as an address of IPv4 (WHATWG, URL, "ends in a number checker").
_NUMBER = re.compile(r"(^|\.)(\d+|0[xX][0-9a-fA-F]*)\.?$")
# The middle of an address that wraps one of IPv4, private or public (RFC 5214, 6.1).
_ISATAP = (0x00005EFE, 0x02005EFE)


class Forbidden(Exception):
    """This address is not one to send anything to. The sentence may be shown."""


class Unreachable(Exception):
    """No answer came, for a reason of the network's. The sentence may be shown."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """An address that was checked, as far as that can be done without asking for its name."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def written_host(self) -> str:
        """As a Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back; `wait` says for how many seconds the other side asks to be left alone."""

    status: int
    wait: float = 0.0

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300


def check(url: str) -> Target:
    """The parts of an address. Raises Forbidden for what no name has to be asked for."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Forbidden("This is not an address of the web.") from None
    if any(ord(character) <= 32 or ord(character) > 126 for character in url) or not host:
        raise Forbidden("This is not an address of the web.")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.ON_THIS_MACHINE):
        raise Forbidden("The address must begin with https://.")
    if parts.username or parts.password:
        raise Forbidden("The address must not have a name or password in it.")
    if port == 0:
        raise Forbidden("There is no port 0.")
    _ensure_plain(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    usual = 443 if parts.scheme == "https" else 80
    return Target(scheme=parts.scheme, host=host, port=port or usual, path=path)


def _ensure_plain(host: str) -> None:
    """A closed address is Forbidden, and so is one that is written as resolvers alone read it."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if not _NAME.fullmatch(host) or _NUMBER.search(host):
            raise Forbidden("This is not an address of the web.") from None
    else:
        ensure_open(address)


def ensure_open(address: Address) -> None:
    """
    Raises Forbidden for an address that is not on the open Internet.

    settings.OUTGOING_NETWORKS opens nets of one's own; on a developer's machine, that itself.
    """
    opened = [ipaddress.ip_network(net) for net in settings.OUTGOING_NETWORKS]
    if settings.ON_THIS_MACHINE:
        opened += _THIS_MACHINE
    if any(address in net for net in opened):
        return
    if not address.is_global or _is_isatap(address) or any(address in net for net in _CLOSED):
        raise Forbidden("The address leads to a network that is not open to the world.")


def _is_isatap(address: Address) -> bool:
    return address.version == 6 and int(address) >> 32 & 0xFFFFFFFF in _ISATAP


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """
    Send a POST; returns the answer, whatever it says. Its body is not read.

    Raises Forbidden, and Unreachable where no answer came in time.
    """
    target = check(url)
    addresses = _resolved(target)
    try:
        connection = _connected(target, addresses)
    except (OSError, ssl.SSLError) as error:
        raise Unreachable(_why(error)) from error
    # Who answers a byte at a time would never be late for a single one.
    ending = Timer(MOST_TIME, _end, [connection.sock])
    ending.daemon = True
    ending.start()
    try:
        connection.request("POST", target.path, body, {**headers, "Host": target.written_host})
        answer = connection.getresponse()
    except (OSError, HTTPException) as error:
        raise Unreachable(_why(error)) from error
    else:
        return Answer(status=answer.status, wait=_seconds(answer.getheader("Retry-After")))
    finally:
        ending.cancel()
        connection.close()


def _seconds(retry_after: str | None) -> float:
    """What a Retry-After header means: seconds, or a date (RFC 9110, 10.2.3)."""
    said = (retry_after or "").strip()
    if said.isdecimal() and said.isascii():
        return float(said[:9])
    with suppress(ValueError, TypeError):
        at = parsedate_to_datetime(said)
        return max(0.0, (at - datetime.now(at.tzinfo or UTC)).total_seconds())
    return 0.0


def _end(there: socket.socket) -> None:
    with suppress(OSError):
        there.shutdown(socket.SHUT_RDWR)


def _resolved(target: Target) -> list[Address]:
    """Every address of the name; if one of them is closed, the name is."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("The name of the address is not known.") from error
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    for address in addresses:
        ensure_open(address)
    return list(dict.fromkeys(addresses))[:MOST_ADDRESSES]


def _connected(target: Target, addresses: list[Address]) -> HTTPConnection:
    """A connection to the first of the checked addresses that answers."""
    trouble: OSError = OSError("no address")
    for address in addresses:
        try:
            there = socket.create_connection((str(address), target.port), CONNECT_TIMEOUT)
        except OSError as error:
            trouble = error
            continue
        there.settimeout(ANSWER_TIMEOUT)
        return _speaking(target, there)
    raise trouble


def _speaking(target: Target, there: socket.socket) -> HTTPConnection:
    """HTTP over a socket that is open; with TLS the certificate must be the name's."""
    if target.scheme == "http":
        plain = HTTPConnection(target.host, target.port)
        plain.sock = there
        return plain
    context = ssl.create_default_context(cafile=settings.OUTGOING_CA_FILE or None)
    try:
        wrapped = context.wrap_socket(there, server_hostname=target.host)
    except OSError:
        there.close()
        raise
    secure = HTTPSConnection(target.host, target.port, context=context)
    secure.sock = wrapped
    return secure


def _why(error: Exception) -> str:
    """Why, in words that tell nothing of networks."""
    if isinstance(error, TimeoutError):
        return "No answer came in time."
    if isinstance(error, ssl.SSLCertVerificationError):
        return "The certificate is not valid for this address."
    if isinstance(error, ConnectionRefusedError):
        return "Nobody takes connections there."
    return "The connection failed."

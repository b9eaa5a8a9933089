"""
Addresses that want to lead to what only we can reach, against a canary that counts connections.

The canary listens on every address of this machine. Each address is refused when somebody types it
in, or leads nowhere when it is stored and a message falls due.
"""

import socket
import threading
from contextlib import suppress

import pytest

from core import outgoing
from core.outgoing import Forbidden, Unreachable
from notifications.exceptions import AddressRefused
from notifications.models import Attempt, Endpoint
from notifications.services import endpoints
from tests.notifications.endpoints.conftest import CLOSED

pytestmark = pytest.mark.django_db
PUBLIC = "93.184.216.34"

# {port} is the canary's.
LOOPBACK = [
    *("127.0.0.1", "127.0.0.2", "127.255.255.254", "127.1", "127.0.1", "127.000.000.001"),
    *("2130706433", "0x7f000001", "0x7f.1", "0x7F.0.0.0x1", "0177.0.0.1", "017700000001"),
    *("0", "0x0", "0.0.0.0", "00.00.00.00", "127.0.0.1."),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::1%25lo]", "[::1%lo]"),
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::7f00:1]"),
    *("[::ffff:0:127.0.0.1]", "[::ffff:0.0.0.0]"),
]
WRAPPED = [
    *("[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]"),
    *("[2002:7f00:1::1]", "[2001:0:7f00:1::]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]"),
    *("[2a00:1450::5efe:7f00:1]", "[2a00:1450::200:5efe:7f00:1]", "[fe80::5efe:7f00:1]"),
]
INSIDE = [
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
    *("100.64.0.1", "100.100.100.200", "169.254.169.254", "169.254.170.2", "192.0.0.192"),
    *("168.63.129.16", "2852039166", "0xa9fea9fe", "[::ffff:169.254.169.254]"),
    *("[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[fd00:ec2::254]", "[fd00::1]"),
    *("[fc00::1]", "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]", "[ff02::1]", "[ff05::2]"),
    *("198.18.0.1", "192.0.2.1", "203.0.113.9", "224.0.0.1", "239.255.255.250"),
    *("240.0.0.1", "255.255.255.255", "[2001:db8::1]", "[100::1]", "[3fff::1]"),
]
WRITTEN = [
    "http://127.0.0.1:{port}/",
    "HTTP://localhost:{port}/",
    "https://example.com@127.0.0.1:{port}/",
    "https://example.com:443@127.0.0.1:{port}/",
    "https://127.0.0.1:{port}@example.com/",
    "https://127.0.0.1:{port}#@example.com/",
    "https://127.0.0.1:{port}?@example.com/",
    "https://127.0.0.1:{port}\\@example.com/",
    "https://example.com\\@127.0.0.1:{port}/",
    "https://%31%32%37.0.0.1:{port}/",
    "https://127.0.0.1%00.example.com:{port}/",
    "https://127.0.0.1%2f@example.com:{port}/",
    "https://①②⑦.⓪.⓪.①:{port}/",
    "https://127。0。0。1:{port}/",
    "https://ｌｏｃａｌｈｏｓｔ:{port}/",
    "https://127.0.0.1:{port}/\r\nHost: example.com",
    "https://127.0.0.1:{port}\t/",
    " https://127.0.0.1:{port}/",
    "https://[::1]:{port}:443/",
    "https://[::1/",
    "https:///127.0.0.1:{port}/",
    "https:127.0.0.1:{port}/",
    "https:/\\127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_POST",
    "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/",
    "file:///etc/passwd",
    "unix:///var/run/docker.sock",
    "javascript:alert(1)",
    "https://127.0.0.1:0/",
    "https://127.0.0.1:99999/",
]
LOCAL_NAMES = ["localhost", "LOCALHOST", "localhost.", "localhost.localdomain", "ip6-localhost"]
TYPED = [f"https://{host}:{{port}}/" for host in (*LOOPBACK, *WRAPPED, *INSIDE)] + WRITTEN

HOSTILE = TYPED + [f"https://{name}:{{port}}/" for name in LOCAL_NAMES]

# What a resolver that is not ours may say, look by look; the last answer stays.
NAMES = {
    "private.example": [["10.0.0.7"]],
    "loopback.example": [["127.0.0.1"]],
    "six.example": [["::1"]],
    "mapped.example": [["::ffff:127.0.0.1"]],
    "nat64.example": [["64:ff9b::7f00:1"]],
    "sixtofour.example": [["2002:7f00:1::"]],
    "metadata.example": [["169.254.169.254"]],
    "zero.example": [["0.0.0.0"]],
    "one-of-two.example": [[PUBLIC, "127.0.0.1"]],
    "last-of-many.example": [[f"93.184.216.{n}" for n in range(1, 60)] + ["127.0.0.1"]],
    "rebinding.example": [[PUBLIC], ["127.0.0.1"]],
    "rebinding-later.example": [[PUBLIC], [PUBLIC], ["::1"]],
}


class Canary:
    """Counts whoever connects to it, by any address of this machine."""

    def __init__(self):
        dual = socket.has_dualstack_ipv6()
        family = socket.AF_INET6 if dual else socket.AF_INET
        self.server = socket.create_server(("", 0), family=family, dualstack_ipv6=dual)
        self.port = self.server.getsockname()[1]
        self.connections = 0
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self):
        with suppress(OSError):
            while True:
                there, _ = self.server.accept()
                self.connections += 1
                there.close()

    def close(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self._thread.join(5)


@pytest.fixture
def canary():
    bird = Canary()
    yield bird
    bird.close()


@pytest.fixture
def deployed(settings):
    settings.ON_THIS_MACHINE = False


@pytest.fixture
def gone_to(monkeypatch):
    """Where connections were tried; those to the Internet are refused here, others are made."""
    tried = []
    real = socket.create_connection

    def connect(address, *args, **more):
        tried.append(address[0])
        if address[0].startswith("93.184.216."):
            raise ConnectionRefusedError
        return real(address, *args, **more)

    monkeypatch.setattr(socket, "create_connection", connect)
    return tried


@pytest.fixture
def resolver(monkeypatch):
    """Names of NAMES have the addresses that are due; all others are as they are."""
    looks = dict.fromkeys(NAMES, 0)
    real = socket.getaddrinfo

    def resolve(host, port, *args, **more):
        if host not in NAMES:
            return real(host, port, *args, **more)
        answers = NAMES[host]
        found = answers[min(looks[host], len(answers) - 1)]
        looks[host] += 1
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, 1, 6, "", (each, port))
            for each in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return looks


def stored(url, person):
    """An endpoint with this address, as if it had been taken."""
    return Endpoint.objects.create(
        owner=None,
        name="Trap",
        format="STANDARD",
        address=endpoints.ADDRESSES.locked(url),
        shown="https://trap.example/…",
        secret=endpoints.SECRETS.locked("whsec_" + "A" * 43 + "="),
    )


def test_there_are_enough_of_them():
    assert len({*HOSTILE, *NAMES}) >= 100


@pytest.mark.usefixtures("deployed", "gone_to")
@pytest.mark.parametrize("url", HOSTILE, ids=range(len(HOSTILE)))
def test_a_message_to_a_hostile_address_reaches_nobody(url, canary, admin_person, told):
    stored(url.format(port=canary.port), admin_person)

    told(CLOSED)

    (tried,) = Attempt.objects.all()
    assert (tried.succeeded, tried.http_status) == (False, None)
    assert canary.connections == 0


@pytest.mark.usefixtures("deployed", "gone_to")
@pytest.mark.parametrize("name", NAMES)
def test_nor_does_one_to_a_name_with_hostile_addresses(name, canary, resolver, admin_person, told):
    stored(f"https://{name}:{canary.port}/", admin_person)

    told(CLOSED)

    (tried,) = Attempt.objects.all()
    assert (tried.succeeded, tried.http_status) == (False, None)
    assert (canary.connections, resolver[name]) == (0, 1)


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("name", ["rebinding.example", "rebinding-later.example"])
def test_a_name_that_changes_its_mind_gains_nothing(name, canary, resolver, gone_to):
    """Of as many looks as it takes: each is checked, and only what was checked is gone to."""
    for _ in range(4):
        with pytest.raises((Forbidden, Unreachable)):
            outgoing.post(f"https://{name}:{canary.port}/", b"{}", {})

    assert canary.connections == 0
    assert set(gone_to) == {PUBLIC}


@pytest.mark.usefixtures("deployed", "gone_to")
@pytest.mark.parametrize("name", ["one-of-two.example", "last-of-many.example"])
def test_one_closed_address_closes_the_name(name, canary, resolver):
    with pytest.raises(Forbidden, match="not open to the world"):
        outgoing.post(f"https://{name}:{canary.port}/", b"{}", {})

    assert canary.connections == 0


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("url", TYPED, ids=range(len(TYPED)))
def test_whatever_is_not_a_name_is_not_even_taken(url, admin_person):
    with pytest.raises(AddressRefused):
        endpoints.create_endpoint(
            person=admin_person,
            of_organisation=True,
            name="Trap",
            format=Endpoint.Format.STANDARD,
            url=url.format(port=443),
            kinds=[],
        )

    assert Endpoint.objects.count() == 0


@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308])
def test_no_redirect_leads_to_the_canary(status, taker, canary, organisations, told):
    taker.answers = [(status, {"Location": f"http://127.0.0.1:{canary.port}/"})]

    told(CLOSED)

    assert len(taker.got) == 1
    assert canary.connections == 0
    assert Endpoint.objects.get().error == f"The answer was {status}."


def test_no_proxy_of_the_environment_is_asked(monkeypatch, taker, canary, organisations, told):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")

    told(CLOSED)

    assert len(taker.got) == 1
    assert canary.connections == 0


def test_the_canary_sings_when_somebody_does_come(canary):
    with pytest.raises(Unreachable):
        outgoing.post(f"http://127.0.0.1:{canary.port}/", b"{}", {})

    assert canary.connections == 1

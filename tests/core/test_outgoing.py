"""What people type in as an address leads to no place that only we can reach."""

import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core import outgoing
from core.outgoing import Forbidden, Unreachable
from tests.certificates import write_certificate


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.got.append((self.path, dict(self.headers), self._body()))
        self.send_response(self.server.answer)
        for name, value in self.server.says.items():
            self.send_header(name, value)
        if self.server.answer in (301, 307):
            self.send_header("Location", self.server.elsewhere)
        self.end_headers()

    def _body(self):
        return self.rfile.read(int(self.headers["Content-Length"]))

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    server.got, server.answer, server.elsewhere, server.says = [], 204, "", {}
    server.url = f"http://127.0.0.1:{server.server_port}/hook?a=1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def post(url):
    return outgoing.post(url, b"{}", {"Content-Type": "application/json"})


@pytest.fixture
def deployed(settings):
    settings.ON_THIS_MACHINE = False


def test_the_answers_status_is_returned(receiver):
    assert post(receiver.url).status == 204
    ((path, headers, body),) = receiver.got
    assert (path, body) == ("/hook?a=1", b"{}")
    assert headers["Host"] == f"127.0.0.1:{receiver.server_port}"


def test_a_redirect_is_not_followed(receiver):
    receiver.answer, receiver.elsewhere = 307, receiver.url

    assert post(receiver.url).status == 307
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("120", 120, 120),
        (" 7 ", 7, 7),
        ("Wed, 01 Jan 2200 00:00:00 GMT", 1e9, 1e10),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0, 0),
        ("soon", 0, 0),
        ("-5", 0, 0),
        ("", 0, 0),
        ("9" * 400, 999999999, 999999999),
    ],
)
def test_who_asks_to_be_left_alone_is_understood(receiver, said, least, most):
    receiver.answer, receiver.says = 503, {"Retry-After": said}

    assert least <= post(receiver.url).wait <= most


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[fc00::1]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::a9fe:a9fe]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[ff02::1]",
        "[2a00:1450:4001:80b:0:5efe:a00:1]",
        "[2a00:1450:4001:80b:200:5efe:a9fe:a9fe]",
    ],
)
def test_no_address_of_the_inside_is_taken(host):
    with pytest.raises(Forbidden, match="not open to the world"):
        outgoing.check(f"https://{host}/")


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "2130706433", "0x7f000001", "017700000001", "0"]
)
def test_nor_what_a_name_or_another_writing_leads_to(host):
    with pytest.raises((Forbidden, Unreachable)):
        post(f"https://{host}/")


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://ben:secret@example.com/",
        "https:///path",
        "https://example.com/\r\nX: 1",
        "https://exa mple.com/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "//example.com/",
        "https://[::1",
    ],
)
def test_what_is_no_plain_address_of_the_web_is_refused(url):
    with pytest.raises(Forbidden):
        outgoing.check(url)


def test_on_this_machine_the_cloud_is_closed_too():
    with pytest.raises(Forbidden):
        outgoing.check("http://169.254.169.254/latest/")


def test_a_name_with_one_closed_address_is_closed(monkeypatch, deployed):
    found = [(2, 1, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)

    with pytest.raises(Forbidden):
        post("https://example.com/")


def test_a_name_is_resolved_once_and_its_address_used(monkeypatch, receiver):
    asked = []

    def resolve(host, port, **more):
        asked.append(host)
        there = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return [(2, 1, 6, "", (there, port))]

    real = socket.create_connection
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(
        socket, "create_connection", lambda address, timeout: _direct(address, timeout, real)
    )

    assert post(f"http://rebinding.example:{receiver.server_port}/").status == 204
    assert asked == ["rebinding.example"]


def _direct(address, timeout, real):
    """Connect without asking for a name, which would be counted."""
    there = socket.socket()
    there.settimeout(timeout)
    there.connect(address)
    return there


def test_a_net_of_ones_own_can_be_opened(settings, deployed):
    settings.OUTGOING_NETWORKS = ["10.20.0.0/16"]

    assert outgoing.check("https://10.20.1.1/").host == "10.20.1.1"
    with pytest.raises(Forbidden):
        outgoing.check("https://10.21.1.1/")


def test_nobody_there_is_said_in_words():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    with pytest.raises(Unreachable, match="Nobody takes connections there"):
        post(f"http://127.0.0.1:{port}/")


def test_who_never_answers_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(outgoing, "ANSWER_TIMEOUT", 0.1)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(Unreachable, match="No answer came in time"),
    ):
        post(f"http://127.0.0.1:{silent.getsockname()[1]}/")


def test_who_answers_a_byte_at_a_time_is_cut_off(monkeypatch):
    monkeypatch.setattr(outgoing, "MOST_TIME", 0.3)
    ended = threading.Event()

    def drip(listener):
        there, _ = listener.accept()
        while not ended.wait(0.05):
            try:
                there.sendall(b"H")
            except OSError:
                break
        there.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=drip, args=[listener], daemon=True).start()
        with pytest.raises(Unreachable):
            post(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        ended.set()


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1 that vouches for itself."""
    return write_certificate(tmp_path / "receiver.pem")


@pytest.fixture
def over_tls(receiver, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
    return receiver.url.replace("http:", "https:")


def test_tls_wants_a_certificate_that_somebody_trusted_vouches_for(over_tls, receiver):
    with pytest.raises(Unreachable, match="The certificate is not valid"):
        post(over_tls)

    assert receiver.got == []


def test_tls_works_with_one(settings, certificate, over_tls):
    settings.OUTGOING_CA_FILE = str(certificate)

    assert post(over_tls).status == 204

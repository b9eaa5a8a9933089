"""Over TLS: who is believed, and that looking up in between does no harm there either."""

import ipaddress
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Trouble
from tests.aiqueries.providers.asking import answer
from tests.aiqueries.providers.conftest import provider_at
from tests.aiqueries.providers.server import TEXT, serving
from tests.aiqueries.providers.server import answer as whole


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A file with a certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(path)


@pytest.fixture
def log(certificate):
    """A server that speaks TLS, and pauses for longer than its caller looks away."""

    def slowly(call):
        call.head()
        for each in whole():
            call.say(each)
            time.sleep(0.25)
        call.end()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(slowly, context) as log:
        yield log


def test_a_server_whose_certificate_is_trusted_is_asked(settings, certificate, log):
    settings.OUTGOING_CA_FILE = certificate
    provider = provider_at(log.url)

    assert [answer(provider).text for _ in range(2)] == [TEXT, TEXT]
    assert len(log.connections) == 1


def test_a_certificate_that_nobody_vouches_for_ends_it(log):
    with pytest.raises(ProviderError, match="The certificate of the AI provider is not") as caught:
        answer(provider_at(log.url))

    assert caught.value.kind is Trouble.UNREACHABLE
    assert not log.calls

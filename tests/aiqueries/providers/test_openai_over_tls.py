"""Over TLS: who is believed, and that looking up in between does no harm there either."""

import ssl
import time

import pytest

from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Trouble
from tests.aiqueries.providers.asking import answer
from tests.aiqueries.providers.conftest import provider_at
from tests.aiqueries.providers.server import TEXT, serving
from tests.aiqueries.providers.server import answer as whole
from tests.certificates import write_certificate


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A file with a certificate for 127.0.0.1 and its key."""
    return str(write_certificate(tmp_path_factory.mktemp("tls") / "both.pem"))


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

"""From which address a request came, behind none, one or two proxies."""

import pytest
from django.test import RequestFactory

from core.correlation import client_ip

NEAREST = "10.0.0.1"


def asked(forwarded=None):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return RequestFactory().get("/", headers=headers, REMOTE_ADDR=NEAREST)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, NEAREST),
        (0, "192.0.2.7", NEAREST),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        (2, "6.6.6.6, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        (2, "192.0.2.7", NEAREST),
        (1, None, NEAREST),
        (1, "", NEAREST),
        (1, "6.6.6.6, unknown", NEAREST),
        (1, "192.0.2.7:4711", "192.0.2.7"),
        (1, "[2001:db8::7]:4711", "2001:db8::7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "::ffff:192.0.2.7", "192.0.2.7"),
        (1, "<script>", NEAREST),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(settings, proxies, forwarded, address):
    settings.NUM_PROXIES = proxies

    assert client_ip(asked(forwarded)) == address

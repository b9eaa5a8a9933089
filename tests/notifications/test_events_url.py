"""Pages know where their live stream is, and may open it."""

from django.test import RequestFactory

from config.web.shell import events_url


def test_behind_a_load_balancer_the_stream_is_a_path(settings):
    settings.EVENTS_PORT = 0

    assert events_url(RequestFactory().get("/")) == "/events/"


def test_in_the_local_profile_it_is_a_port_of_the_same_host(settings):
    settings.EVENTS_PORT = 8001
    request = RequestFactory().get("/", headers={"Host": "localhost:8000"})

    assert events_url(request) == "http://localhost:8001/events/"

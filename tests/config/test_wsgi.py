"""What never reaches Django."""

import io

import pytest

from config.wsgi import application

pytestmark = pytest.mark.django_db  # Django looks after connections that other tests left open


def ask(content_type):
    answers = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/healthz",
        "QUERY_STRING": "a=b",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": content_type,
        "wsgi.input": io.BytesIO(b"61"),
        "wsgi.url_scheme": "http",
    }
    application(environ, lambda status, headers: answers.append(status))
    return answers[0]


@pytest.mark.parametrize("codec", ["hex", "base64", "rot13", "zlib"])
def test_a_codec_that_is_no_charset_is_refused(codec):
    assert ask(f"text/plain; charset={codec}") == "400 Bad Request"


@pytest.mark.parametrize("charset", ["utf-8", "made-up", ""])
def test_other_names_are_left_to_django(charset):
    assert ask(f"text/plain; charset={charset}") == "200 OK"

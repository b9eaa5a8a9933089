"""What a log line must not say."""

import logging
import sys

import pytest
from django.db import IntegrityError

from config.logs import WithoutAddresses
from tests.cast import person


def written(message, *arguments, error=None):
    record = logging.LogRecord("x", logging.ERROR, "f", 1, message, arguments, error)
    return WithoutAddresses("%(message)s").format(record)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Gave up: No assessor has the address asha@example.com.", "[address]."),
        ("{'asha.rao+x@mail.example.com': (550, b'no')}", "{'[address]': (550, b'no')}"),
        ("Not Found: /x?email=asha%40example.com&y=1", "Not Found: /x?email=[address]&y=1"),
    ],
)
def test_a_line_has_no_address(said, left):
    assert written(said).endswith(left)


@pytest.mark.parametrize("said", ["request-7 of approval-tasks: 12 @ 3", "5@home", "a @ b.c"])
def test_what_is_no_address_stays(said):
    assert written(said) == said


@pytest.mark.django_db(transaction=True)
def test_a_traceback_has_no_address(asha):
    try:
        person("Asha Else")
    except IntegrityError:
        line = written("Could not do it", error=sys.exc_info())

    assert "Key (email)=([address]) already exists." in line
    assert "asha@example.com" not in line

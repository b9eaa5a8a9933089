from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiToken
from accounts.services import digest_of


def run(*arguments):
    out = StringIO()
    call_command("create_api_token", *arguments, stdout=out)
    return out.getvalue()


def test_the_token_is_the_last_word(asha):
    secret = run("asha@example.com").split()[-1]

    token = ApiToken.objects.get(digest=digest_of(secret))
    assert token.user == asha
    assert token.name == "command line"


def test_name_and_days_can_be_said(asha):
    run("Asha@Example.com", "--name", "nightly", "--days", "7")

    token = ApiToken.objects.get()
    assert token.name == "nightly"
    assert (token.expires_at - token.created_at).days in (6, 7)


def test_an_unknown_address_is_refused(db):
    with pytest.raises(CommandError, match=r"address nobody@example\.com"):
        run("nobody@example.com")


def test_days_out_of_range_are_refused(asha):
    with pytest.raises(CommandError, match="between 1 and 366 days"):
        run("asha@example.com", "--days", "0")

    assert not ApiToken.objects.exists()

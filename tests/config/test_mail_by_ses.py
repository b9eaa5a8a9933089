"""Mail through SES, as the emulators keep it."""

import json
from contextlib import suppress
from email import message_from_string
from email.policy import default
from urllib.request import urlopen

import pytest
from anymail.exceptions import AnymailAPIError
from django.core.mail import EmailMultiAlternatives, get_connection

from config.emulator import ACCOUNT
from core import aws
from notifications import mailbox

FROM = "imprimatur@example.com"


@pytest.fixture(autouse=True)
def _identity(on_aws, settings, tmp_path):
    settings.DEFAULT_FROM_EMAIL = f"Imprimatur <{FROM}>"
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    ses = aws.client("sesv2")
    with suppress(ses.exceptions.AlreadyExistsException):
        ses.create_email_identity(EmailIdentity=FROM)


def send(backend, recipient):
    message = EmailMultiAlternatives(
        subject="A question is waiting",
        body="Please decide.",
        to=[recipient],
        connection=get_connection(backend),
        headers={"Message-ID": f"<event.1.{recipient}>"},
    )
    message.attach_alternative("<p>Please decide.</p>", "text/html")
    message.send()


def kept_by_moto(emulator, recipient):
    """The mails to this address as they came, from the emulator's own page."""
    with urlopen(f"{emulator.url}/moto-api/data.json") as answer:
        mails = json.load(answer)["ses"]["RawMessage"]
    raw = [mail["raw_data"] for mail in mails if recipient in mail["destinations"]]
    return [message_from_string(text, policy=default) for text in raw]


def kept_by_ministack(emulator, recipient):
    with urlopen(f"{emulator.url}/_ministack/ses/messages") as answer:
        mails = json.load(answer)["messages"][ACCOUNT]
    return [mail for mail in mails if recipient in mail["To"]]


@pytest.mark.parametrize("emulator", ["moto"], indirect=True)
def test_our_message_id_arrives_under_a_second_name_too(emulator):
    """SES replaces the first; the second is what copies are known by."""
    send("config.mail.SesBackend", "asha@example.com")

    (mail,) = kept_by_moto(emulator, "asha@example.com")

    assert mail["Message-ID"] == "<event.1.asha@example.com>"
    assert mail["Original-Message-ID"] == "<event.1.asha@example.com>"


@pytest.mark.parametrize("emulator", ["ministack"], indirect=True)
def test_text_and_html_arrive(emulator):
    send("config.mail.SesBackend", "ben@example.com")

    (mail,) = kept_by_ministack(emulator, "ben@example.com")

    assert (mail["Subject"], mail["BodyText"]) == ("A question is waiting", "Please decide.")
    assert mail["BodyHtml"] == "<p>Please decide.</p>"


def test_a_rehearsal_keeps_a_copy_for_the_mailbox_page():
    send("config.mail.EmulatedSesBackend", "cleo@example.com")

    (mail,) = mailbox.newest(10)

    assert (mail.recipients, mail.text.strip()) == ("cleo@example.com", "Please decide.")
    assert mail.message_id == "<event.1.cleo@example.com>"


def test_what_ses_does_not_take_is_not_kept(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    aws.forget()

    with pytest.raises(AnymailAPIError):
        send("config.mail.EmulatedSesBackend", "cleo@example.com")

    assert list(mailbox.newest(10)) == []

"""In the local profile every mail is a file."""

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail

from notifications import mailbox


@pytest.fixture(autouse=True)
def box(settings, tmp_path):
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    return settings.MAILBOX_DIR


def write(subject="Hello", html="<p>Grüße</p>"):
    message = EmailMultiAlternatives(
        subject, "Grüße", "us@example.com", ["asha@example.com"], headers={"Message-ID": "<1@x>"}
    )
    message.attach_alternative(html, "text/html")
    return message.send()


def test_a_mail_is_read_back_as_it_was_sent(box):
    assert write() == 1

    (mail,) = mailbox.newest(10)
    assert (mail.sender, mail.recipients) == ("us@example.com", "asha@example.com")
    assert (mail.subject, mail.message_id) == ("Hello", "<1@x>")
    assert (mail.text.strip(), mail.html.strip()) == ("Grüße", "<p>Grüße</p>")


def test_a_mail_is_whole_or_not_there(box):
    write()

    (file,) = box.iterdir()
    assert file.suffix == ".eml"


def test_a_mail_without_html_has_none(box):
    send_mail("Plain", "Text only", None, ["asha@example.com"])

    (mail,) = mailbox.newest(10)
    assert (mail.text.strip(), mail.html) == ("Text only", "")


def test_the_newest_mail_comes_first(box):
    for number in range(3):
        write(subject=str(number))

    assert [mail.subject for mail in mailbox.newest(2)] == ["2", "1"]


def test_older_mails_follow(box):
    for number in range(3):
        write(subject=str(number))
    latest = next(mailbox.newest(1))

    assert [mail.subject for mail in mailbox.newest(2, before=latest.name)] == ["1", "0"]


def test_an_empty_mailbox_has_no_folder_yet(box):
    assert list(mailbox.newest(10)) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "0" * 16, "0" * 16 + "-" + "0" * 8])
def test_a_name_that_is_no_mail_finds_nothing(box, name):
    assert mailbox.find(name) is None

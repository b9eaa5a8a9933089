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


@pytest.fixture
def signed_in(client, cleo):
    client.force_login(cleo)
    return client


@pytest.mark.django_db
def test_the_page_lists_the_mails(signed_in):
    write(subject="A question is waiting")

    assert "A question is waiting" in signed_in.get("/mailbox/").content.decode()


@pytest.mark.django_db
def test_a_mail_shows_its_text_with_links(signed_in):
    send_mail("Plain", "See http://127.0.0.1:8000/review/1/", None, ["asha@example.com"])
    (mail,) = mailbox.newest(1)

    text = signed_in.get(f"/mailbox/{mail.name}/").content.decode()

    assert 'href="http://127.0.0.1:8000/review/1/"' in text
    assert "<iframe" not in text


@pytest.mark.django_db
def test_the_html_of_a_mail_is_shut_in(signed_in):
    write(html="<script>alert(1)</script>")
    (mail,) = mailbox.newest(1)

    page = signed_in.get(f"/mailbox/{mail.name}/")
    frame = signed_in.get(f"/mailbox/{mail.name}/html/")

    policy = frame.headers["Content-Security-Policy"]
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page.content.decode()
    assert "<script>alert" not in page.content.decode()
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_other_pages_keep_the_strict_policy(signed_in):
    write()
    (mail,) = mailbox.newest(1)
    signed_in.get(f"/mailbox/{mail.name}/")

    policy = signed_in.get("/mailbox/").headers["Content-Security-Policy"]

    assert "frame-src" not in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["", "{name}/", "{name}/html/"])
def test_a_deployment_has_no_mailbox(signed_in, settings, place):
    write()
    (mail,) = mailbox.newest(1)
    settings.ON_THIS_MACHINE = False

    assert signed_in.get(f"/mailbox/{place.format(name=mail.name)}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["", "{name}/", "{name}/html/"])
def test_whoever_is_not_signed_in_sees_no_mail(client, place):
    write()
    (mail,) = mailbox.newest(1)

    assert client.get(f"/mailbox/{place.format(name=mail.name)}").status_code == 302


@pytest.mark.django_db
def test_a_mail_that_is_not_there_is_not_found(signed_in):
    assert signed_in.get("/mailbox/0000000000000000-00000000/").status_code == 404

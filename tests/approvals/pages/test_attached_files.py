"""GET /attachments/{id}/ and the private addresses that it leads to."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from approvals import services
from approvals.bridges import files
from tests.approvals.attachments import bring, colour, pdf, wanted
from tests.approvals.conftest import CONTENT


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def upload(ben):
    return bring(ben)


@pytest.fixture
def submitted(ben, asha, upload):
    """A question of Ben's with a picture, before Asha."""
    return services.submit_request(
        content=CONTENT, attachments=wanted(upload), assigned_to=asha.email, actor=ben
    )


def seen_by(client, person, upload):
    client.force_login(person)
    return client.get(f"/attachments/{upload.pk}/")


def fetched(client, person, upload):
    """The file, as a browser gets it."""
    return client.get(seen_by(client, person, upload)["Location"])


@pytest.mark.parametrize("who", ["ben", "asha", "vera", "admin_person"])
def test_who_may_read_the_question_gets_its_files(client, request, submitted, upload, who):
    response = fetched(client, request.getfixturevalue(who), upload)

    assert (response.status_code, response.content) == (200, colour(1))
    assert response["Content-Type"] == "image/png"


@pytest.mark.parametrize("who", ["ada", "cleo"])
def test_for_others_nothing_is_there(client, request, submitted, upload, who):
    assert seen_by(client, request.getfixturevalue(who), upload).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client, submitted, upload):
    response = client.get(f"/attachments/{upload.pk}/")

    assert response["Location"].startswith("/sign-in/")


def test_what_no_question_has_is_for_whoever_brought_it(client, ben, asha, admin_person, upload):
    assert fetched(client, ben, upload).content == colour(1)
    assert seen_by(client, asha, upload).status_code == 404
    assert seen_by(client, admin_person, upload).status_code == 404


def test_a_file_that_never_was_is_not_there(client, ben, upload):
    upload.pk = uuid4()

    assert seen_by(client, ben, upload).status_code == 404


def test_it_is_the_same_file_once_it_moved(client, submitted, asha, upload, deliver_all):
    deliver_all()

    assert fetched(client, asha, upload).content == colour(1)


def test_an_address_made_before_the_move_works_after_it(
    client, submitted, asha, upload, deliver_all
):
    address = seen_by(client, asha, upload)["Location"]

    deliver_all()

    assert client.get(address).content == colour(1)


def test_a_private_address_ends_after_a_minute(client, asha, submitted, upload):
    address = seen_by(client, asha, upload)["Location"]

    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert client.get(address).status_code == 404


def test_a_private_address_works_without_a_sign_in_as_on_s3(client, asha, submitted, upload):
    address = seen_by(client, asha, upload)["Location"]
    client.logout()

    assert client.get(address).content == colour(1)


@pytest.mark.parametrize("change", [str.upper, lambda token: token[:-1], lambda token: "x" + token])
def test_an_address_that_was_changed_leads_nowhere(client, asha, submitted, upload, change):
    token = seen_by(client, asha, upload)["Location"].split("/")[2]

    assert client.get(f"/files/{change(token)}/").status_code == 404


def test_the_way_there_is_not_kept_by_anybody(client, asha, submitted, upload):
    assert "no-store" in seen_by(client, asha, upload)["Cache-Control"]


def test_a_file_can_do_nothing(client, asha, submitted, upload):
    response = fetched(client, asha, upload)

    assert response["X-Content-Type-Options"] == "nosniff"
    policy = response["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'none'", "sandbox", "frame-ancestors 'none'"} <= set(
        policy
    )
    assert "'self'" not in response["Content-Security-Policy"]


def test_a_picture_is_shown_and_a_document_is_saved(client, ben, upload):
    document = bring(ben, pdf(), "table of values.pdf")

    assert fetched(client, ben, upload)["Content-Disposition"] == 'inline; filename="chart.png"'
    assert fetched(client, ben, document)["Content-Disposition"] == (
        'attachment; filename="table of values.pdf"'
    )


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ('a"; x=".png', r'inline; filename="a\"; x=\".png"'),
        ("größe.png", "inline; filename*=utf-8''gr%C3%B6%C3%9Fe.png"),
        ("a\r\nSet-Cookie: x.png", 'inline; filename="a Set-Cookie: x.png"'),
    ],
)
def test_no_name_breaks_out_of_its_header(client, ben, name, header):
    assert fetched(client, ben, bring(ben, name=name))["Content-Disposition"] == header


def test_on_a_disk_the_address_is_ours(ben, upload):
    assert files.private_address(upload).startswith("/files/")

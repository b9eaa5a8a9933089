"""Attached files on S3: the same move, and addresses that S3 itself checks."""

import threading
import urllib.request
import uuid
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import default_storage
from django.db import connection

from approvals import services
from approvals.bridges import files
from approvals.models import Attachment, KeptFile
from core import aws
from tests.approvals.api.test_request_path import nothing_leaves  # noqa: F401 - a fixture
from tests.approvals.attachments import bring, colour, content_of, pdf, wanted
from tests.approvals.conftest import CONTENT

pytestmark = pytest.mark.slow


def use_bucket(settings, name):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "core.s3.PrivateS3Storage", "OPTIONS": {"bucket_name": name}},
    }


@pytest.fixture
def bucket(on_aws, settings):
    """A private bucket on the emulator, which the product stores files in."""
    name = f"files-{uuid.uuid4().hex[:12]}"
    aws.client("s3").create_bucket(
        Bucket=name,
        CreateBucketConfiguration={"LocationConstraint": aws.client("s3").meta.region_name},
    )
    use_bucket(settings, name)
    return name


@pytest.fixture
def upload(ben):
    return bring(ben, name="größe.png")


@pytest.fixture
def submitted(ben, asha, upload):
    return services.submit_request(
        content=CONTENT, attachments=wanted(upload), assigned_to=asha.email, actor=ben
    )


def again(upload):
    return Attachment.objects.with_file().get(pk=upload.pk)


def objects(bucket):
    listed = aws.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])
    return [each["Key"] for each in listed]


def test_attached_bytes_move_to_the_bucket(bucket, submitted, upload):
    files.store(upload.file_id)

    name = KeptFile.objects.get().storage_name
    found = aws.client("s3").get_object(Bucket=bucket, Key=name)
    assert (found["Body"].read(), found["ContentType"]) == (colour(1), "image/png")
    assert content_of(upload.file_id) is None


def test_many_movers_at_once_end_with_one_object(bucket, transactional_db, ben):
    upload = bring(ben)
    troubles = []

    def move():
        try:
            files.store(upload.file_id)
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    movers = [threading.Thread(target=move) for _ in range(4)]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join(60)

    assert troubles == []
    assert objects(bucket) == [KeptFile.objects.get().storage_name]
    assert content_of(upload.file_id) is None


def test_stored_and_not_blanked_is_blanked_by_the_next(bucket, submitted, upload):
    kept = KeptFile.objects.get()
    aws.client("s3").put_object(Bucket=bucket, Key=kept.storage_name, Body=colour(1))

    files.store(upload.file_id)

    assert content_of(upload.file_id) is None


def test_other_bytes_under_the_name_are_noticed(bucket, submitted, upload):
    kept = KeptFile.objects.get()
    aws.client("s3").put_object(Bucket=bucket, Key=kept.storage_name, Body=colour(2))

    with pytest.raises(files.FileDamaged):
        files.store(upload.file_id)

    assert content_of(upload.file_id) == colour(1)


def test_a_bucket_that_is_not_there_loses_nothing(bucket, submitted, upload, settings):
    use_bucket(settings, "no-such-bucket")

    with pytest.raises(ClientError):
        files.store(upload.file_id)

    assert content_of(upload.file_id) == colour(1)


def test_s3_out_of_reach_loses_nothing(bucket, submitted, upload, settings, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    use_bucket(settings, bucket)

    with pytest.raises(BotoCoreError):
        files.store(upload.file_id)

    assert content_of(upload.file_id) == colour(1)


def test_the_address_is_signed_and_lasts_a_minute(bucket, submitted, upload):
    files.store(upload.file_id)

    said = parse_qs(urlsplit(files.private_address(again(upload))).query)

    assert said["X-Amz-Expires"] == ["60"]
    assert said["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert said["response-content-type"] == ["image/png"]
    assert said["response-content-disposition"] == ["inline; filename*=utf-8''gr%C3%B6%C3%9Fe.png"]


def test_a_document_is_saved_not_shown(bucket, ben):
    upload = bring(ben, pdf(), "table.pdf")
    services.create_question(content=CONTENT, attachments=wanted(upload), actor=ben)
    files.store(upload.file_id)

    said = parse_qs(urlsplit(files.private_address(again(upload))).query)

    assert said["response-content-disposition"] == ['attachment; filename="table.pdf"']


def test_a_browser_gets_the_file_at_the_address(bucket, submitted, upload):
    files.store(upload.file_id)

    with urllib.request.urlopen(files.private_address(again(upload))) as answer:
        assert answer.read() == colour(1)
        assert answer.headers["Content-Type"] == "image/png"


def test_nobody_gets_the_file_without_the_signature(bucket, submitted, upload, emulator):
    files.store(upload.file_id)
    if emulator.kind == "moto":
        pytest.skip("moto checks no signatures")
    address = files.private_address(again(upload)).replace("X-Amz-Signature=", "X-Amz-Signature=0")

    with pytest.raises(HTTPError) as caught:
        urllib.request.urlopen(address)

    assert caught.value.code == 403


def test_making_an_address_asks_nobody(bucket, submitted, upload, request):
    files.store(upload.file_id)
    default_storage.url("loaded-before")
    moved = again(upload)

    request.getfixturevalue("nothing_leaves")
    assert files.private_address(moved).startswith("http")


def test_asha_is_sent_to_s3_and_cleo_nowhere(client, bucket, submitted, upload, asha, cleo):
    files.store(upload.file_id)

    client.force_login(asha)
    assert bucket in client.get(f"/attachments/{upload.pk}/")["Location"]
    client.force_login(cleo)
    assert client.get(f"/attachments/{upload.pk}/").status_code == 404


def test_until_it_has_moved_it_comes_from_the_database(client, bucket, submitted, upload, asha):
    client.force_login(asha)

    address = client.get(f"/attachments/{upload.pk}/")["Location"]

    assert client.get(address).content == colour(1)


def test_an_address_made_before_the_move_leads_on(client, bucket, submitted, upload, asha):
    client.force_login(asha)
    address = client.get(f"/attachments/{upload.pk}/")["Location"]

    files.store(upload.file_id)

    assert bucket in client.get(address)["Location"]

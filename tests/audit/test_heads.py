"""Signed heads leave the building: by file, by S3 with Object Lock, by mail."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import roles
from audit.bridges.heads import mail_heads, send_heads
from audit.models import Seal, SentHead
from audit.selectors import health_of_proof
from config.bootstrap import heads as bootstrapped
from config.bootstrap.things import State, here
from core import aws
from tests.audit.sealed import sealed
from tests.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _outside(settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")
    settings.HEADS_FILE = str(tmp_path / "heads" / "heads.jsonl")
    settings.HEADS_BUCKET = ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []


def lines(settings):
    with open(settings.HEADS_FILE, encoding="utf-8") as file:
        return [json.loads(line)["note"] for line in file]


def a_day_ago():
    yesterday = timezone.now() - timedelta(days=1)
    SentHead.objects.update(sent_at=yesterday, tried_at=yesterday)


def test_without_a_head_nothing_is_sent(settings):
    assert (send_heads(), mail_heads()) == (0, 0)
    assert not SentHead.objects.exists()


def test_each_new_head_goes_to_the_file(settings):
    for _ in range(2):
        sealed()
        send_heads()

    assert lines(settings) == list(Seal.objects.order_by("size").values_list("note", flat=True))
    sent = SentHead.objects.get(size=2)
    assert (sent.way, sent.place, sent.error, sent.attempts) == ("FILE", settings.HEADS_FILE, "", 1)
    assert sent.sent_at is not None


def test_always_the_newest_is_sent(settings):
    sealed()
    sealed()

    send_heads()

    assert lines(settings) == [Seal.objects.get(size=2).note]


def test_a_head_is_sent_once(settings):
    sealed()

    assert [send_heads(), send_heads()] == [1, 0]
    assert len(lines(settings)) == 1


def test_killed_before_it_was_noted_it_stands_in_the_file_once(settings):
    sealed()
    send_heads()
    SentHead.objects.update(sent_at=None, tried_at=None)

    assert send_heads() == 1
    assert len(lines(settings)) == 1


def test_a_line_that_was_cut_short_does_not_spoil_the_next(settings, tmp_path):
    sealed()
    (tmp_path / "heads").mkdir()
    (tmp_path / "heads" / "heads.jsonl").write_text('{"note": "imprim')

    send_heads()

    cut, whole = (tmp_path / "heads" / "heads.jsonl").read_text().splitlines()
    assert cut == '{"note": "imprim'
    assert json.loads(whole)["note"] == Seal.objects.get().note


def test_what_could_not_be_sent_says_why_and_is_sent_again(settings, tmp_path):
    sealed()
    (tmp_path / "heads").write_text("in the way")

    assert send_heads() == 0
    failed = SentHead.objects.get()
    (tmp_path / "heads").unlink()
    SentHead.objects.update(tried_at=timezone.now() - timedelta(minutes=1))

    assert (failed.sent_at, failed.attempts) == (None, 1)
    assert failed.error.startswith("FileExistsError")
    assert send_heads() == 1
    assert (SentHead.objects.get().error, SentHead.objects.get().attempts) == ("", 2)


def test_the_page_of_proof_tells_of_what_could_not_be_sent(client, vera, tmp_path):
    sealed()
    (tmp_path / "heads").write_text("in the way")
    send_heads()
    client.force_login(vera)

    page = client.get("/audit/proof/").content.decode()

    assert "The head over 1 entries did not go out by file on this machine: FileExists" in page


def test_the_page_of_proof_forgets_a_failure_once_a_newer_head_went(tmp_path):
    sealed()
    SentHead.objects.create(size=1, way="FILE", error="No.", tried_at=timezone.now())
    sealed()
    send_heads()

    assert health_of_proof().unsent == []


def test_two_rounds_at_once_do_not_both_send(settings):
    sealed()
    SentHead.objects.create(size=1, way="FILE", tried_at=timezone.now(), attempts=1)

    assert send_heads() == 0


def test_auditors_and_administrators_get_the_newest_head_by_mail(asha, ben, vera):
    person("Ann Adams", roles.ADMINISTRATORS)
    sealed()

    assert mail_heads() == 2
    assert sorted(each.to for each in mail.outbox) == [["ann@example.com"], ["vera@example.com"]]
    assert Seal.objects.get().note in mail.outbox[0].body
    assert "keep this mail" in mail.outbox[0].body
    assert mail.outbox[0].subject == "Audit trail: the signed head over 1 entries"


def test_a_mail_comes_once_a_day(vera):
    sealed()
    mail_heads()
    sealed()

    assert mail_heads() == 0
    a_day_ago()
    assert mail_heads() == 1
    assert len(mail.outbox) == 2


def test_without_a_new_head_there_is_no_mail(vera):
    sealed()
    mail_heads()
    a_day_ago()

    assert mail_heads() == 0


def test_a_mail_that_did_not_go_out_is_tried_again(vera, settings):
    sealed()
    settings.EMAIL_BACKEND = "no.such.Backend"
    assert mail_heads() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    SentHead.objects.update(tried_at=timezone.now() - timedelta(hours=1))

    assert mail_heads() == 1
    assert len(mail.outbox) == 1


def test_no_address_is_kept(vera):
    sealed()
    mail_heads()

    row = SentHead.objects.get()
    assert row.to == str(vera.pk)
    assert "@" not in row.place + row.error


@pytest.fixture
def bucket(on_aws, settings):
    """A bucket as bootstrap_aws makes it."""
    place = here()
    settings.HEADS_BUCKET = bootstrapped.name(place)
    settings.HEADS_FILE = ""
    for thing in bootstrapped.things(place):
        if (state := thing.look()) is not State.AS_WANTED:
            thing.mend(state)
    return settings.HEADS_BUCKET


def test_a_head_on_s3_is_locked_in_compliance_mode(bucket, settings):
    sealed()

    assert send_heads() == 1
    s3, key = aws.client("s3"), f"heads/{1:020}.txt"
    kept = s3.head_object(Bucket=bucket, Key=key)
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() == Seal.objects.get().note
    assert kept["ObjectLockMode"] == "COMPLIANCE"
    days = (kept["ObjectLockRetainUntilDate"] - timezone.now()).days
    assert days in (settings.HEADS_KEEP_DAYS - 1, settings.HEADS_KEEP_DAYS)
    assert SentHead.objects.get().place.startswith(f"s3://{bucket}/{key}?versionId=")


def test_nobody_removes_a_locked_head(bucket):
    sealed()
    send_heads()
    s3, key = aws.client("s3"), f"heads/{1:020}.txt"
    version = SentHead.objects.get().place.partition("?versionId=")[2]

    with pytest.raises(s3.exceptions.ClientError, match=r"AccessDenied|WORM|locked"):
        s3.delete_object(Bucket=bucket, Key=key, VersionId=version)
    with pytest.raises(s3.exceptions.ClientError, match=r"AccessDenied|WORM|locked"):
        s3.delete_object(Bucket=bucket, Key=key, VersionId=version, BypassGovernanceRetention=True)


def test_a_bucket_that_does_not_lock_is_said(on_aws, settings):
    settings.HEADS_FILE, settings.HEADS_BUCKET = "", f"{settings.QUEUE_PREFIX}open"
    where = {"LocationConstraint": here().region}
    aws.client("s3").create_bucket(Bucket=settings.HEADS_BUCKET, CreateBucketConfiguration=where)
    sealed()

    assert send_heads() == 0
    assert SentHead.objects.get().error


def test_a_bucket_that_is_away_is_tried_again(bucket, settings):
    sealed()
    there, settings.HEADS_BUCKET = settings.HEADS_BUCKET, f"{bucket}-away"
    assert send_heads() == 0
    settings.HEADS_BUCKET = there
    SentHead.objects.update(tried_at=timezone.now() - timedelta(minutes=1))

    assert send_heads() == 1

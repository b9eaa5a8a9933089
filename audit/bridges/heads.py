"""
Signed heads leave the building: into a file, to S3 where nobody can remove them, and by mail.

Whoever keeps an old head notices if anything under it changes, whatever becomes of this server.
Sending twice is harmless; what could not be sent is sent with the next round.
"""

import json
import logging
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATORS, AUDITORS
from audit.events.keeping import HeadMailed
from audit.models import Seal, SentHead
from core import aws
from core.actor import SYSTEM
from core.letters import sample
from outbox.publishing import publish

logger = logging.getLogger(__name__)

Way = SentHead.Way
# Nobody else takes up what was tried so recently; a round comes every minute.
_PAUSE = timedelta(seconds=50)
_A_DAY = timedelta(hours=23)
_ERROR = 500  # characters


class NotLocked(Exception):
    """The bucket kept the head without a lock, so somebody might remove it."""


def send_heads() -> int:
    """Send the newest head by each way that is set up and does not have it; return how many."""
    seal = Seal.objects.order_by("-size").first()
    if seal is None:
        return 0
    return sum(_sent(seal, way, "", partial(send, seal)) for way, send in _ways())


def mail_heads() -> int:
    """
    Mail the newest head to each auditor and administrator, once a day at most.

    Whom it did not reach is tried again with the next call. Returns how many mails were sent.
    """
    seal = Seal.objects.order_by("-size").first()
    if seal is None:
        return 0
    readers = [person for person in _readers() if _is_due(person, seal)]
    sent = sum(
        _sent(seal, Way.MAIL, str(person.pk), partial(_mail, seal, person)) for person in readers
    )
    if sent:
        with transaction.atomic():
            publish(HeadMailed(size=seal.size, readers=sent), actor=SYSTEM)
    return sent


def _ways() -> Iterator[tuple[str, Callable[[Seal], str]]]:
    if settings.HEADS_FILE:
        yield Way.FILE, _to_file
    if settings.HEADS_BUCKET:
        yield Way.S3, _to_s3


def _sent(seal: Seal, way: str, to: str, send: Callable[[], str]) -> bool:
    """Claim, send outside of transactions, note what became of it."""
    row, _ = SentHead.objects.get_or_create(size=seal.size, way=way, to=to)
    now = timezone.now()
    free = Q(tried_at=None) | Q(tried_at__lt=now - _PAUSE)
    claimed = SentHead.objects.filter(free, pk=row.pk, sent_at=None).update(
        tried_at=now, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    try:
        place = send()
    except Exception as error:  # whatever the way's library raises: the head is sent again
        logger.exception("Could not send the head over %s entries by %s.", seal.size, way)
        words = f"{type(error).__name__}: {error}"[:_ERROR]
        SentHead.objects.filter(pk=row.pk).update(error=words if way != Way.MAIL else words[:60])
        return False
    SentHead.objects.filter(pk=row.pk).update(sent_at=timezone.now(), place=place, error="")
    return True


def _to_file(seal: Seal) -> str:
    path = Path(settings.HEADS_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"note": seal.note}, ensure_ascii=False).encode() + b"\n"
    with path.open("ab+") as file:
        end = file.tell()
        file.seek(max(0, end - len(line) - 1))
        before = file.read()
        if before.endswith(b"\n" + line) or before == line:
            return str(path)  # written before the row could say so
        # A line that was cut short stays alone, and is passed over by whoever reads the file.
        file.write(line if not before or before.endswith(b"\n") else b"\n" + line)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return str(path)


def _to_s3(seal: Seal) -> str:
    s3, bucket, key = aws.client("s3"), settings.HEADS_BUCKET, f"heads/{seal.size:020}.txt"
    answer = s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=seal.note.encode(),
        ContentType="text/plain; charset=utf-8",
        ChecksumAlgorithm="SHA256",  # S3 wants one with a lock
        ObjectLockMode="COMPLIANCE",
        ObjectLockRetainUntilDate=timezone.now() + timedelta(days=settings.HEADS_KEEP_DAYS),
    )
    version = {"VersionId": answer["VersionId"]} if "VersionId" in answer else {}
    # Told of the lock only who has the permission s3:GetObjectRetention.
    kept = s3.head_object(Bucket=bucket, Key=key, **version)
    if kept.get("ObjectLockMode") != "COMPLIANCE":
        raise NotLocked(f"The bucket {bucket} does not lock what it is given.")
    return f"s3://{bucket}/{key}" + "".join(f"?versionId={each}" for each in version.values())


def _readers() -> Iterator[User]:
    wanted = Q(groups__name__in=(AUDITORS, ADMINISTRATORS)) | Q(is_superuser=True)
    yield from User.objects.filter(wanted, is_active=True).exclude(email="").distinct()


def _is_due(person: User, seal: Seal) -> bool:
    last = (
        SentHead.objects.filter(way=Way.MAIL, to=str(person.pk), sent_at__isnull=False)
        .order_by("-sent_at")
        .first()
    )
    return last is None or (last.size != seal.size and last.sent_at < timezone.now() - _A_DAY)


def _mail(seal: Seal, person: User) -> str:
    _head_mail(seal, person.email).send()
    return ""


def _head_mail(seal: Seal, address: str) -> EmailMessage:
    words = {"seal": seal, "site": settings.SITE_URL.rstrip("/")}
    return EmailMessage(
        subject=f"Audit trail: the signed head over {seal.size} entries",
        body=render_to_string("audit/head_mail.txt", words),
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    )


@sample("audit-head", "The signed head of the audit trail")
def _sample_head() -> EmailMessage:
    note = "example.com/audit\n4096\nMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n"
    return _head_mail(Seal(size=4096, note=note), "vera@example.com")

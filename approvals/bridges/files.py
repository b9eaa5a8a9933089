"""Where attached files are: in the database at first, then in the storage. And their addresses."""

import hashlib
from typing import Any

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.http import content_disposition_header

from approvals.files.scanning import MediaType
from approvals.models import Attachment, KeptFile

ADDRESS_LASTS = 60  # seconds
_SALT = "approvals.files"


class FileDamaged(Exception):
    """The storage has other bytes under the file's name. The right ones stay in the database."""


def store(sha256: str) -> None:
    """
    Move a file's bytes from the database to the storage.

    They leave the database once they were read back and are the same. Killed anywhere, or run
    twice at once, it can be run again. Raises FileDamaged.
    """
    kept = KeptFile.objects.defer(None).get(pk=sha256)
    if kept.data is None:
        return
    name = kept.storage_name
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(bytes(kept.data)))
    with default_storage.open(name) as stored:
        digest = hashlib.sha256(stored.read()).hexdigest()
    if digest != sha256:
        raise FileDamaged(f"{name} has the SHA-256 {digest}.")
    KeptFile.objects.filter(pk=sha256, stored_at=None).update(data=None, stored_at=Now())


def private_address(attachment: Attachment) -> str:
    """
    A short-lived address of the file, for somebody who was found to be allowed to read it.

    Whoever has it can fetch the file until ADDRESS_LASTS is over. Made without asking anybody:
    signed by us for what is served here, by the S3 rules for what is there.
    """
    file = attachment.file
    if file.stored_at is None or is_local():
        token = signing.dumps({"sha256": file.pk, "name": attachment.name}, salt=_SALT)
        return reverse("file", args=[token])
    return _s3_address(file, attachment.name)


def read_address(token: str) -> tuple[KeptFile, str]:
    """The file and its name from an address of ours. Raises BadSignature, KeptFile.DoesNotExist."""
    said = signing.loads(token, salt=_SALT, max_age=ADDRESS_LASTS)
    return KeptFile.objects.defer(None).get(pk=said["sha256"]), said["name"]


def elsewhere(file: KeptFile, name: str) -> str:
    """The address at which the browser finds it, if it has left the database for S3; or empty."""
    return "" if file.data is not None or is_local() else _s3_address(file, name)


def content(file: KeptFile) -> bytes:
    """The bytes, from the database or from this machine's disk."""
    if file.data is not None:
        return bytes(file.data)
    with default_storage.open(file.storage_name) as stored:
        read: bytes = stored.read()
        return read


def disposition(media_type: str, name: str) -> str:
    """Pictures are shown; a document is saved, since no viewer runs inside our sandbox."""
    header = content_disposition_header(media_type == MediaType.PDF, name)
    return header or "inline"


def is_local() -> bool:
    """Whether the storage is this machine's disk."""
    try:
        default_storage.path("")
    except NotImplementedError:
        return False
    return True


def _s3_address(file: KeptFile, name: str) -> str:
    storage: Any = default_storage
    address: str = storage.url(
        file.storage_name,
        parameters={
            "ResponseContentType": file.media_type,
            "ResponseContentDisposition": disposition(file.media_type, name),
            "ResponseCacheControl": f"private, max-age={ADDRESS_LASTS}",
        },
        expire=ADDRESS_LASTS,
    )
    return address

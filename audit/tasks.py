"""What workers do for the trail."""

from typing import Any

from celery import shared_task

from audit.bridges import heads
from audit.search.indexing import index_segments as index
from audit.services import archiving, exporting, streaming

AT_A_STRETCH = 120.0  # seconds; with packing well below the limit of a task


@shared_task(name="audit.index_segments")
def index_segments(**_: Any) -> None:
    """Take what was written into the index of the search. Without it searches take longer."""
    index()


@shared_task(name="audit.make_exports")
def make_exports(**_: Any) -> None:
    """Go on with exports that wait or were left half-way."""
    exporting.make_exports(seconds=AT_A_STRETCH)


@shared_task(name="audit.expire_exports")
def expire_exports(**_: Any) -> None:
    """End what is a week old, and remove the files of what has ended."""
    exporting.expire_exports()


@shared_task(name="audit.send_streams")
def send_streams(**_: Any) -> None:
    """Send entries to those who want them as they come."""
    streaming.send_streams(seconds=AT_A_STRETCH)


@shared_task(name="audit.send_heads")
def send_heads(**_: Any) -> None:
    """Have the newest head leave the building."""
    heads.send_heads()


@shared_task(name="audit.mail_heads")
def mail_heads(**_: Any) -> None:
    """Once a day, the newest head to auditors and administrators; hourly, to whom it did not go."""
    heads.mail_heads()


@shared_task(name="audit.archive")
def archive(**_: Any) -> None:
    """Move what is older than AUDIT_KEEP_DAYS to the archive."""
    archiving.archive_old(seconds=AT_A_STRETCH)

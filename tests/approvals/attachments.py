"""Files on their way to a question."""

from approvals import services
from approvals.files.reading import InvalidFile
from approvals.models import KeptFile
from tests.approvals.files.samples import pdf, png

__all__ = ["InvalidFile", "bring", "colour", "content_of", "pdf", "wanted"]


def colour(number):
    """A picture that is like no other."""
    return png(2, 2, colour=number.to_bytes(3, "big"))


def bring(actor, data=None, name="chart.png"):
    """Upload a file as this person."""
    return services.upload_attachment(file_name=name, data=data or colour(1), actor=actor)


def wanted(*uploads, alt_text="Four apples in a row"):
    return [services.Wanted(attachment_id=upload.pk, alt_text=alt_text) for upload in uploads]


def content_of(sha256):
    """What the database still has of a file."""
    data = KeptFile.objects.defer(None).get(pk=sha256).data
    return None if data is None else bytes(data)

"""A trail with a signed head, made without events."""

from audit.models import Batch, Node, Record
from audit.services import signing
from tests.audit import rfc9162
from tests.audit.trail import entry


def sealed(*many, **fields):
    """Entries with these fields each, or one; then a head over all that there are."""
    newest = Batch.objects.order_by("-size").first()
    start = newest.size if newest else 0
    made = [
        entry(start + number, **{**fields, **each})
        for number, each in enumerate(many or [{}], start=1)
    ]
    for index in range(start >> 8, (start + len(made)) >> 8):
        block = Record.objects.filter(sequence__gt=index << 8, sequence__lte=(index + 1) << 8)
        leaves = [bytes(leaf) for leaf in block.order_by("sequence").values_list("leaf", flat=True)]
        Node.objects.create(level=8, index=index, hash=rfc9162.head(leaves))
    size = start + len(made)
    Batch.objects.create(size=size, transaction_id=size, log_id=size)
    signing.sign_head()
    return made

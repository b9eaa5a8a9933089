"""A trail with everything that the sealer keeps of it, and a superuser who alters it."""

from django.db import connection

from audit.models import Batch, Node, Record
from audit.proof import merkle
from audit.services import signing
from tests.audit.trail import entry


def chain(count=4, *, seals=(), **fields):
    """So many entries, as the sealer leaves them, signed at these sizes."""
    for sequence in range(1, count + 1):
        entry(sequence, **fields)
        if sequence in seals:
            Batch.objects.create(size=sequence, transaction_id=1, log_id=sequence)
            if sequence < 256:
                signing.sign_head()
    leaves = list(Record.objects.order_by("sequence").values_list("leaf", flat=True))
    for index in range(count // 256):
        block = dict(enumerate(map(bytes, leaves[index * 256 : index * 256 + 256])))
        nodes = {(0, place): leaf for place, leaf in block.items()}
        Node.objects.create(level=8, index=index, hash=whole(nodes))
    if count not in seals:
        Batch.objects.create(size=count, transaction_id=1, log_id=count)
    elif count >= 256:
        signing.sign_head()


def whole(nodes):
    """The hash of a block, node by node as the standard has it."""

    def of(start, count):
        if count == 1:
            return nodes[0, start]
        half = merkle.split(count)
        return merkle.node_hash(of(start, half), of(start + half, count - half))

    return of(0, len(nodes))


def tamper(sql, *values):
    """Do to the trail what only a superuser can."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = origin")


def erase(name, at):
    tamper("UPDATE audit_key SET key = NULL, erased_at = %s WHERE name = %s", at, name)

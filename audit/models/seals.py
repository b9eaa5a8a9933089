"""The tree over the entries, its signed heads, and the keys of what can be erased."""

from django.db import models
from django.db.models.functions import Now

from audit.models.entries import AppendOnly


class Batch(AppendOnly):
    """
    How far the sealer came: `size` entries, up to this place of the event log.

    Of what the snapshot `seen` shows all is sealed; of what `under_way` shows besides, so much as
    comes up to event `log_id` of this transaction. Both are written as PostgreSQL writes them.
    """

    size = models.BigIntegerField(primary_key=True)
    transaction_id = models.BigIntegerField()
    log_id = models.BigIntegerField()
    seen = models.TextField(default="", db_default="")
    under_way = models.TextField(default="", db_default="")
    recorded_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.size} entries, up to event {self.log_id}"


class Node(AppendOnly):
    """
    The hash of a complete subtree, so that proofs need not read every leaf.

    Levels 8, 16 and 24 are kept: node (level, index) covers the leaves from index * 2**level on,
    2**level of them.
    """

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"Node {self.index} of level {self.level}"


class Seal(AppendOnly):
    """
    A signed tree head over the first `size` entries.

    `note` is the whole signed text (a checkpoint as C2SP's tlog-checkpoint has it): origin, size,
    root in base64, the time, and the signature with Ed25519.
    """

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    key_id = models.CharField(max_length=100)
    sealed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"Seal over {self.size} entries"


class Key(AppendOnly):
    """
    The key of a person's data, or of one free text, in the trail: 32 random bytes.

    Named "person:ID" or "text:EVENT". Erasing empties the key and says when; the row stays, so
    that the name never gets another key.
    """

    name = models.CharField(primary_key=True, max_length=300)
    key = models.BinaryField(max_length=32, null=True)
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class SealingKey(AppendOnly):
    """
    A public key that signs, or signed, heads. Its private half is in a file or in KMS.

    `introduction` is a note in which an earlier key names this one; empty for the first, and after
    a loss.
    """

    vkey = models.CharField(primary_key=True, max_length=400)
    introduction = models.TextField(blank=True)
    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.vkey

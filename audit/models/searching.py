"""The index that the trail is searched by, and the searches that people keep."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class IndexedSegment(models.Model):
    """
    So many entries that stand in a row and are in the index; see audit.search.

    Made from the entries and made again when one of their words has to be forgotten: nothing that
    is proved is kept here.
    """

    number = models.IntegerField(primary_key=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Segment {self.number}"


class Posting(models.Model):
    """In which entries of a segment a term is found: a word, an action, a person, …"""

    pk = models.CompositePrimaryKey("segment", "term")
    segment = models.IntegerField()
    term = models.TextField(db_collation="C")
    # As audit.search.places writes them.
    places = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.term} in segment {self.segment}"


class SavedSearch(models.Model):
    """What somebody looks for again and again. `query` is the address's, after the `?`."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000)
    is_shared = models.BooleanField("shared with everybody who may read the trail", default=False)
    created_at = models.DateTimeField(db_default=Now())
    # Until it is forgotten for good it can be had back.
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "saved searches"
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(deleted_at=None),
                name="audit_one_search_of_a_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name

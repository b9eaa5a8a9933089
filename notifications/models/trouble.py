"""Whose mail comes back."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F
from django.db.models.functions import Now


class MailTroubleQuerySet(models.QuerySet["MailTrouble"]):
    def standing(self) -> Self:
        """Trouble with an address that is still the person's, and that nobody said is over."""
        return self.filter(mended_at=None, address=F("person__email"))


class MailTrouble(models.Model):
    """
    The last that was heard of a person's address. Until it is mended, no mail goes there.

    What is mended stays: word of mails that went out before may still come, and is no news.
    """

    class Kind(models.TextChoices):
        BOUNCED = "BOUNCED", "Mail comes back"
        COMPLAINED = "COMPLAINED", "Reported as unwanted"

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True
    )
    address = models.CharField(max_length=254)
    kind = models.CharField(max_length=10, choices=Kind)
    # As RFC 3463 writes them, such as 5.1.1; empty where the other side gave none.
    status_code = models.CharField(max_length=11, blank=True)
    # What the other side said, in its words.
    said = models.CharField(max_length=255, blank=True)
    happened_at = models.DateTimeField()
    noted_at = models.DateTimeField(db_default=Now())
    mended_at = models.DateTimeField(null=True, blank=True)

    objects = MailTroubleQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "mail troubles"

    def __str__(self) -> str:
        return f"{self.address}: {self.get_kind_display()}"

    def is_news(self, other: "MailTrouble") -> bool:
        """Whether `other`, which has just been heard of, tells more than this."""
        if other.address != self.address:
            return True
        return self.mended_at is not None and other.happened_at > self.mended_at

"""What people want to be told, when, and by which way."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from notifications.kinds import Channel, Every, Mode, kinds


class Default(models.Model):
    """What administrators set for everybody: people may change it, unless it is locked."""

    kind = models.CharField(max_length=40, choices=kinds)
    channel = models.CharField(max_length=10, choices=Channel)
    mode = models.CharField(max_length=10, choices=Mode)
    locked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "channel"], name="notifications_one_default_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_channel_display()}"


class Preference(models.Model):
    """What one person chose for one kind and channel."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=40, choices=kinds)
    channel = models.CharField(max_length=10, choices=Channel)
    mode = models.CharField(max_length=10, choices=Mode)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "channel"], name="notifications_one_choice_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_channel_display()}"


class PersonSettings(models.Model):
    """When somebody may be disturbed. Who has no row has the defaults here."""

    Every: ClassVar[type[Every]] = Every

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True
    )
    # Of the IANA time zone database.
    time_zone = models.CharField(max_length=64, default="UTC")
    # Nothing is sent from the one to the other, local time; over midnight if `from` is later.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    quiet_weekends = models.BooleanField(default=False)
    digest_every = models.CharField(max_length=10, choices=Every, default=Every.DAILY)
    digest_hour = models.PositiveSmallIntegerField(default=8)
    digest_weekday = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday.")
    # Messages an hour by each channel; what is more waits and comes together.
    most_an_hour = models.PositiveSmallIntegerField(default=20)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "person settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | (
                    Q(quiet_from__isnull=False, quiet_to__isnull=False)
                    & ~Q(quiet_from=F("quiet_to"))
                ),
                name="notifications_quiet_hours_begin_and_end",
            ),
            models.CheckConstraint(
                condition=Q(digest_hour__lte=23, digest_weekday__lte=6),
                name="notifications_digest_time_exists",
            ),
            models.CheckConstraint(
                condition=Q(most_an_hour__gte=1, most_an_hour__lte=1000),
                name="notifications_some_an_hour",
            ),
        ]

    def __str__(self) -> str:
        return f"Settings of {self.person}"


class Watch(models.Model):
    """Somebody wants to hear of all that happens to a thing, or of nothing more."""

    class Mode(models.TextChoices):
        WATCH = "WATCH", "Watching"
        MUTE = "MUTE", "Muted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    # As in Notification.about: "question:ID", "person:ID".
    thing = models.CharField(max_length=80)
    mode = models.CharField(max_length=10, choices=Mode)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "watches"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "thing"], name="notifications_one_watch_each"
            ),
        ]
        indexes = [models.Index(fields=["thing"], name="notifications_watched")]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.thing}"

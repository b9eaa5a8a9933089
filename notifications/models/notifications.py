"""What people are told, how far they have read it, and what became of it meanwhile."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Cast, Now

from notifications.kinds import Kind, kinds

# Writers name all three themselves; the release before this one does not know them.
NEXT = Func(
    Value("notifications_position"), function="nextval", output_field=models.BigIntegerField()
)
IN_INBOX = Q(archived_at__isnull=True, snoozed_until__isnull=True)
UNREAD = Q(read_at__isnull=True, handled_at__isnull=True) & IN_INBOX
SNOOZED = Q(snoozed_until__isnull=False, archived_at__isnull=True)
ARCHIVED = Q(archived_at__isnull=False)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of(self, person_id: object) -> Self:
        return self.filter(recipient_id=person_id)

    def inbox(self) -> Self:
        """Neither archived nor asleep."""
        return self.filter(IN_INBOX)

    def unread(self) -> Self:
        """What the bell counts: waits in the inbox for somebody to read it."""
        return self.filter(UNREAD)

    def snoozed(self) -> Self:
        return self.filter(SNOOZED)

    def archived(self) -> Self:
        return self.filter(ARCHIVED)

    def newest_first(self) -> Self:
        return self.order_by("-rank")


class Notification(models.Model):
    """
    One thing told to one person, and why to this person.

    There is one for each person and cause; what comes again for the same cause moves it up and
    makes it unread. `rank` is its place in the list, `position` its last change that open pages
    hear of. Positions become visible in order: whoever has seen one has seen, or could have, all
    lower ones.
    """

    class State(models.TextChoices):
        UNSEEN = "UNSEEN", "New"
        SEEN = "SEEN", "Seen"
        READ = "READ", "Read"
        SNOOZED = "SNOOZED", "Snoozed"
        ARCHIVED = "ARCHIVED", "Archived"

    Kind: ClassVar[type[Kind]] = Kind

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    # What it is about, such as "task:ID": the same for all that replaces each other.
    cause = models.CharField(max_length=150, db_default=Cast(RandomUUID(), models.CharField()))
    # The latest event it tells of, and when that was.
    event_id = models.UUIDField()
    occurred_at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=40, choices=kinds)
    # May quote the question, and is shown inside the product only.
    title = models.CharField(max_length=255)
    # Goes into e-mails too: no word of the question.
    body = models.TextField(blank=True)
    reason = models.CharField(max_length=255)
    url = models.CharField(max_length=255)
    # Things one can watch or mute, as "question:ID", "person:ID".
    about = ArrayField(models.CharField(max_length=80), default=list, db_default=[], blank=True)
    # Until when something has to be done, where there is such a time.
    due_at = models.DateTimeField(null=True, blank=True)
    times = models.PositiveIntegerField(db_default=1, help_text="How often it was told.")
    rank = models.BigIntegerField(db_default=NEXT)
    position = models.BigIntegerField(db_default=NEXT)
    created_at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    # Nobody has to do anything about it any more, and why: "Ada Byron approved it."
    handled_at = models.DateTimeField(null=True, blank=True)
    handled = models.CharField(max_length=255, blank=True, db_default="")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "cause"], name="notifications_one_per_person_and_cause"
            ),
            models.UniqueConstraint(
                fields=["recipient", "event_id"], name="notifications_one_per_person_and_event"
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-rank"], name="notifications_inbox", condition=IN_INBOX
            ),
            models.Index(
                fields=["recipient", "-rank"], name="notifications_badge", condition=UNREAD
            ),
            models.Index(
                fields=["recipient", "-rank"], name="notifications_snoozed", condition=SNOOZED
            ),
            models.Index(
                fields=["recipient", "-rank"], name="notifications_archive", condition=ARCHIVED
            ),
            models.Index(fields=["recipient", "-rank"], name="notifications_all"),
            models.Index(fields=["recipient", "position"], name="notifications_news"),
            models.Index(fields=["cause"], name="notifications_cause"),
            models.Index(
                fields=["snoozed_until"],
                name="notifications_asleep",
                condition=Q(snoozed_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> "Notification.State":
        if self.archived_at is not None:
            return self.State.ARCHIVED
        if self.snoozed_until is not None:
            return self.State.SNOOZED
        if self.read_at is not None:
            return self.State.READ
        return self.State.UNSEEN if self.seen_at is None else self.State.SEEN

    @property
    def is_unread(self) -> bool:
        """Whether the bell counts it."""
        waits = self.state in (self.State.UNSEEN, self.State.SEEN)
        return waits and self.handled_at is None


class Closing(models.Model):
    """
    A cause is settled for everybody, or for one person: what is older tells nobody to act.

    It outlives what it settled, for events may come in any order.
    """

    cause = models.CharField(max_length=150)
    # Empty where it holds for everybody.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True, db_index=False
    )
    occurred_at = models.DateTimeField()
    said = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "person"],
                name="notifications_settled_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause}: {self.said}"

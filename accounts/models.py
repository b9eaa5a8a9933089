"""People who sign in, and the tokens of their programs."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager, Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from core.actor import Actor

NOWHERE = "erased.invalid"  # RFC 2606: no mail ever goes there


def role_names_of(person: str) -> ArraySubquery:
    """The names of the groups of the person whose id is in this column, as one array."""
    return ArraySubquery(Group.objects.filter(user=OuterRef(person)).values("name"))


def group_ids_of(person: str) -> ArraySubquery:
    """The ids of the groups of the person whose id is in this column, as one array."""
    return ArraySubquery(User.groups.through.objects.filter(user=OuterRef(person)).values("group"))


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def with_roles(self) -> models.QuerySet["User"]:
        """People with the names and ids of their groups, in the same query."""
        return self.annotate(role_names=role_names_of("pk"), group_ids=group_ids_of("pk"))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractUser):
    """Someone who signs in with an e-mail address. The id says nothing about the person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150)
    # Single keys that act must have an off switch (WCAG 2.1, success criterion 2.1.4).
    keyboard_shortcuts = models.BooleanField(
        default=True, help_text="Single keys act on the pages: j, k, a, r, n, p, x, ? and /."
    )
    # When what identifies them was erased. The row stays, for what they did refers to it.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_one_person_per_address"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self).partition(" ")[0]

    def erase(self, *, at: datetime) -> None:
        """Keep nothing that identifies the person, and let nobody in as them. Saves."""
        self.email, self.name = f"erased-{self.pk}@{NOWHERE}", "Erased person"
        self.is_active = self.is_staff = self.is_superuser = False
        self.keyboard_shortcuts, self.last_login, self.erased_at = True, None, at
        self.set_unusable_password()
        self.save()

    def as_actor(self) -> Actor:
        """This person as events and the audit trail write them down."""
        return Actor(id=str(self.id), label=str(self))

    def cached_role_names(self) -> frozenset[str]:
        """The names of this person's groups. Asks the database unless `with_roles()` did."""
        names = getattr(self, "role_names", None)
        if names is None:
            names = list(self.groups.values_list("name", flat=True))
            self.bring_role_names(names)
        return frozenset(names)

    def cached_group_ids(self) -> list[int]:
        """The ids of this person's groups, likewise."""
        ids = getattr(self, "group_ids", None)
        if ids is None:
            ids = list(self.groups.values_list("pk", flat=True))
            self.__dict__["group_ids"] = ids
        return ids

    def bring_role_names(self, names: list[str]) -> None:
        """Spare this object its query: another one has read the names already."""
        self.__dict__["role_names"] = names


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self) -> "ApiTokenQuerySet":
        """Neither revoked nor expired, and of somebody who may sign in."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True)

    def with_person(self) -> "ApiTokenQuerySet":
        """With the person and their role names, in the same query."""
        return self.select_related("user").annotate(role_names=role_names_of("user_id"))


class ApiToken(models.Model):
    """Lets a program act as a person. The secret itself is nowhere kept."""

    PREFIX_LENGTH: ClassVar[int] = 12
    NOTE_USE_EVERY: ClassVar[timedelta] = timedelta(minutes=1)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100, help_text="What uses it, in the owner's words.")
    prefix = models.CharField(max_length=PREFIX_LENGTH)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "API token"
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="accounts_token_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()

    def person(self) -> User:
        """Whose token it is, with the role names if `with_person()` read them."""
        names: list[str] | None = getattr(self, "role_names", None)
        if names is not None:
            self.user.bring_role_names(names)
        return self.user

    def revoke(self, *, at: datetime) -> None:
        self.revoked_at = at
        self.save(update_fields=["revoked_at"])

    def note_use(self) -> None:
        """Remember that it was used, unless that was noted within the last minute."""
        now = timezone.now()
        if self.last_used_at is not None and now - self.last_used_at < self.NOTE_USE_EVERY:
            return
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - self.NOTE_USE_EVERY)
        ApiToken.objects.filter(stale, id=self.id).update(last_used_at=now)

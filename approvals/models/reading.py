"""What people may read: reached through the tasks they were given, and by what is their own."""

from functools import reduce
from operator import or_
from typing import Any, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import IsNull

from accounts.models import User
from accounts.roles import ADMINISTRATORS, ASSESSORS, AUDITORS, REQUESTERS, has_role

M = TypeVar("M", bound=models.Model)
# Rows, and where they name what may be read on their account.
Grounds = list[tuple[models.QuerySet[Any], str]]

LOOK_AT = 500  # of the newest rows
MANY = 50  # of these


class ReadableQuerySet(models.QuerySet[M]):
    """Questions or requests. `known_as` is what tasks call them, `owner` who has them anyway."""

    known_as: str
    owner: str

    def visible_to(self, user: User) -> Self:
        """
        Their own, those they were asked to judge and those they were told are overdue; all for
        administrators and auditors.

        Asks of each row whether there is a ground: quick for one row, and for the newest ones.
        """
        if has_role(user, ADMINISTRATORS, AUDITORS):
            return self
        if not has_role(user, ASSESSORS):
            return self.filter(**{self.owner: user})
        return self.filter(reduce(or_, [_names(rows, path) for rows, path in self._grounds(user)]))

    def listed_for(self, user: User) -> Self:
        """
        The same rows, for a list that begins with the newest.

        An assessor who may read many of the newest is shown them as they come. For others all
        that they may read is gathered first: it is not much, or long ago, and to ask row after
        row would take long.
        """
        if has_role(user, ADMINISTRATORS, AUDITORS) or not has_role(user, ASSESSORS):
            return self.visible_to(user)
        newest = self.model._default_manager.order_by("-created_at", "-pk").values("pk")[:LOOK_AT]
        if self.filter(pk__in=newest).visible_to(user)[:MANY].count() == MANY:
            return self.visible_to(user)
        first, *others = [rows.values(path) for rows, path in self._grounds(user)]
        return self.filter(pk__in=first.union(*others))

    def own(self, user: User) -> Grounds:
        """What an assessor who also makes requests may read without having been asked."""
        raise NotImplementedError

    def _grounds(self, user: User) -> Grounds:
        tasks = apps.get_model("approvals", "ApprovalTask")  # which knows questions and requests
        offered = tasks._default_manager.filter(
            status="PENDING", assigned_group__in=user.groups.all()
        )
        asked: Grounds = [
            (user.assignments.all(), f"task__{self.known_as}"),
            (offered, self.known_as),
            (user.escalations.all(), self.known_as),
        ]
        return [*asked, *self.own(user)] if has_role(user, REQUESTERS) else asked


def _names(rows: models.QuerySet[Any], path: str) -> Q:
    """
    Whether some of these rows name the row at hand.

    Not EXISTS: beside others, by OR, PostgreSQL answers that from a table of all that they name,
    and gathers 200,000 keys for the sake of 26 rows. A value it looks up row by row.
    """
    first = Subquery(rows.filter(**{path: OuterRef("pk")}).values("pk")[:1])
    return Q(IsNull(first, False))

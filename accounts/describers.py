"""What ids of people, groups and API tokens stand for."""

from collections.abc import Sequence

from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import ApiToken, User
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from accounts.things import Thing, describes, numbers, uuids


@describes("user")
def people(user: User, ids: Sequence[str]) -> dict[str, Thing]:
    """Oneself; everybody for administrators and auditors."""
    found = User.objects.filter(pk__in=uuids(ids))
    if not has_role(user, ADMINISTRATORS, AUDITORS):
        found = found.filter(pk=user.pk)
    return {str(one.pk): Thing(title=str(one), url=_page_of(user, one)) for one in found}


@describes("group")
def groups(user: User, ids: Sequence[str]) -> dict[str, Thing]:
    """For administrators and auditors."""
    if not has_role(user, ADMINISTRATORS, AUDITORS):
        return {}
    names = Group.objects.filter(pk__in=numbers(ids)).values_list("pk", "name")
    return {str(pk): Thing(title=name) for pk, name in names}


@describes("token")
def tokens(user: User, ids: Sequence[str]) -> dict[str, Thing]:
    """One's own; everybody's for administrators and auditors."""
    found = ApiToken.objects.filter(pk__in=uuids(ids))
    if not has_role(user, ADMINISTRATORS, AUDITORS):
        found = found.filter(user=user)
    mine = reverse("settings")
    return {
        str(one.pk): Thing(title=str(one), url=mine if one.user_id == user.pk else "")
        for one in found
    }


def _page_of(user: User, person: User) -> str:
    if person.pk == user.pk:
        return reverse("settings")
    if user.is_staff and has_role(user, ADMINISTRATORS):
        return reverse("admin:accounts_user_change", args=[person.pk])
    return ""

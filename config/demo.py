"""People and work to try the product with. The local profile only."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from accounts import roles
from accounts.models import User
from config import demo_customers, demo_work
from config.env import kept_secret


@dataclass(frozen=True)
class Person:
    """Somebody to sign in as."""

    email: str
    name: str
    role: str
    does: str


PEOPLE = (
    Person("asha@example.com", "Asha Rao", roles.ASSESSORS, "decides"),
    Person("ada@example.com", "Ada Okafor", roles.ASSESSORS, "decides too"),
    Person("ben@example.com", "Ben Ito", roles.REQUESTERS, "asks for approval"),
    Person("vera@example.com", "Vera Lindt", roles.AUDITORS, "reads the audit trail"),
    Person("admin@example.com", "Admin", roles.ADMINISTRATORS, "may do everything"),
)


class NotHere(Exception):
    """Demo people belong to the local profile; the message is for the person at the terminal."""


def password() -> str:
    """The one password of all demo people, made once and readable by its owner only."""
    return kept_secret(settings.VAR_DIR / "demo-password", size=9)


def prepare() -> None:
    """
    See that the demo people and their work are there, and that the kept password is theirs.

    May be called again at any time. Raises NotHere outside the local profile.
    """
    if not settings.ON_THIS_MACHINE:
        raise NotHere("Demo people belong to the local profile only.")
    secret = password()
    for person in PEOPLE:
        _person(person)
    people = User.objects.filter(email__in=[person.email for person in PEOPLE])
    # Hashing is slow by design: look at one of them, and hash once for all.
    if not people.earliest("email").check_password(secret):
        people.update(password=make_password(secret))
    by_name = {person.email.partition("@")[0]: person for person in people}
    demo_customers.prepare()
    demo_work.prepare(asha=by_name["asha"], ada=by_name["ada"], ben=by_name["ben"])


@transaction.atomic
def _person(person: Person) -> None:
    administrator = person.role == roles.ADMINISTRATORS
    user, _ = User.objects.get_or_create(
        email=person.email,
        defaults={
            "name": person.name,
            "is_staff": administrator,
            "is_superuser": administrator,
        },
    )
    user.groups.add(Group.objects.get(name=person.role))

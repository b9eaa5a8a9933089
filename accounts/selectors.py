"""What the account pages read."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import ApiToken, User
from accounts.roles import ADMINISTRATORS

DEMO_DOMAIN = "example.com"  # reserved by RFC 2606: nobody's real address


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    email: str
    name: str
    roles: str


def demo_people() -> list[DemoPerson]:
    """The made-up people of the local profile and what each may do, those with work first."""
    people = User.objects.with_roles().filter(is_active=True, email__endswith=f"@{DEMO_DOMAIN}")
    return [
        DemoPerson(email=one.email, name=str(one), roles=_words(one))
        for one in people.order_by("is_superuser", "email")[:12]
    ]


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """A person's tokens that still work or were ended, newest first."""
    return user.api_tokens.order_by("-created_at")


def administrator_ids() -> list[str]:
    """Everybody who sees to this product and can sign in."""
    may = Q(groups__name=ADMINISTRATORS) | Q(is_superuser=True)
    people = User.objects.filter(may, is_active=True).distinct().order_by("pk")
    return [str(pk) for pk in people.values_list("pk", flat=True)]


def _words(person: User) -> str:
    names = sorted(name.removesuffix("s") for name in person.cached_role_names())
    return ", ".join(names) or "no role"

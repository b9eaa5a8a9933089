"""What a query may be about: found by words, and called by its name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from accounts.things import Thing, described
from aiqueries.models import Query
from approvals import selectors as approvals
from crm_sync import selectors as customers

CUSTOMER, QUESTION = "customer", "question"
MOST_OF_A_KIND = 6
NEWEST = ("-created_at", "-question_id")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A customer or a question, as the person who asks may know it. `detail` is half a line."""

    kind: str
    id: UUID
    title: str
    detail: str = ""
    url: str = ""
    version: int = 0
    is_secure: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def is_question(self) -> bool:
        return self.kind == QUESTION


def find_customers(user: User, words: str) -> list[Subject]:
    """The first of those whose name has every word, by name."""
    found = customers.customers_for(user).matching(words).order_by("name", "pk")
    return [
        Subject(
            kind=CUSTOMER,
            id=one.pk,
            title=one.name,
            detail=", ".join(filter(None, [one.industry, one.city])),
        )
        for one in found[:MOST_OF_A_KIND]
    ]


def find_questions(user: User, words: str) -> list[Subject]:
    """The newest of those whose text has every word."""
    found = approvals.questions_with_status(user, words=words).order_by(*NEWEST)
    return [
        Subject(
            kind=QUESTION,
            id=one.pk,
            title=one.title,
            detail=one.subject,
            version=one.latest_version,
            is_secure=one.is_secure,
        )
        for one in found[:MOST_OF_A_KIND]
    ]


def subject(user: User, key: str) -> Subject | None:
    """The one that `kind:id` names, if it is there for this person."""
    kind, _, written = key.partition(":")
    try:
        wanted = UUID(written)
    except ValueError:
        return None
    if kind == CUSTOMER:
        return _customer(user, wanted)
    return _question(user, wanted) if kind == QUESTION else None


def _customer(user: User, wanted: UUID) -> Subject | None:
    one = customers.customers_for(user).filter(pk=wanted).first()
    if one is None:
        return None
    detail = ", ".join(filter(None, [one.industry, one.city]))
    return Subject(kind=CUSTOMER, id=one.pk, title=one.name, detail=detail)


def _question(user: User, wanted: UUID) -> Subject | None:
    one = approvals.question_for_ai(user, wanted)
    if one is None:
        return None
    return Subject(
        kind=QUESTION,
        id=one.question_id,
        title=one.title,
        detail=one.subject,
        url=reverse("question", args=[one.question_id]),
        version=one.version,
        is_secure=one.is_secure,
    )


def things_of(user: User, queries: Iterable[Query]) -> Mapping[tuple[str, str], Thing]:
    """What the queries are about, by kind and id: those that this person may see."""
    return described(user, [pair for query in queries if (pair := key_of(query))])


def key_of(query: Query) -> tuple[str, str] | None:
    """Kind and id of what the query is about."""
    if query.customer_id:
        return CUSTOMER, str(query.customer_id)
    return (QUESTION, str(query.question_id)) if query.question_id else None

"""What one call of a provider sends: made anew for each, from what may leave at that moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac

from accounts.models import User
from aiqueries.content import wording_digest
from aiqueries.exceptions import ContextGone, MayNotAsk, StaysInside
from aiqueries.kinds import Purpose
from aiqueries.models import REVIEW_NOTES, Query, SendingPolicy
from aiqueries.rules import may_ask
from aiqueries.selectors.sending import current_policy, may_get
from aiqueries.wording import data_part, fill
from approvals.selectors import QuestionForAi, question_for_ai, repeats_a_secure_question
from crm_sync import selectors as customers

# What a test run is about that names nothing of ours.
SAMPLE_QUESTION: Mapping[str, Any] = {
    "subject": "Geography",
    "question_text": "Which river is usually called the longest one in the world?",
    "options": ["The Nile", "The Amazon", "The Nile and its lakes", "The Rhine"],
    "correct_answer": "The Nile",
}
SAMPLE_CUSTOMER: Mapping[str, Any] = {"name": "Example College", "city": "Exampleton"}


@dataclass(frozen=True, kw_only=True)
class Composed:
    """
    All that leaves, and what is told of it.

    `input_digest` is the SHA-256 of instructions, content and most_tokens as canonical JSON,
    `size` the bytes of the first two. `customer_fields` are those that are in it. `secure` is the
    question's mark just now, and `question_version` 0 where it is about none.
    """

    instructions: str = field(repr=False)
    content: str = field(repr=False)
    most_tokens: int
    input_digest: str
    size: int
    customer_fields: list[str] = field(default_factory=list)
    secure: bool = False
    question_version: int = 0


@dataclass(frozen=True, kw_only=True)
class _Material:
    data: Mapping[str, Any] = field(default_factory=dict)
    customer_fields: tuple[str, ...] = ()
    question: QuestionForAi | None = None


def compose(query: Query, provider_name: str) -> Composed:
    """
    What is sent to this provider for the query. The same query gets the same bytes again, unless
    what it is about has changed.

    Raises NothingMayLeave: StaysInside where another provider may do, ContextGone and MayNotAsk
    where none may. Rights and marks are those of this moment, not of when it was asked.
    """
    policy = current_policy()
    owner = _owner(query)
    material = _material(query, owner, policy)
    secure = material.question is not None and material.question.is_secure
    if not may_get(provider_name, secure=True, policy=policy):
        _ensure_nothing_secure(query, material, secure)
    template = query.template
    content = fill(
        template.content, prompt=query.prompt, data=data_part(material.data, _nonce(query.pk))
    )
    return Composed(
        instructions=template.instructions,
        content=content,
        most_tokens=template.most_tokens,
        input_digest=wording_digest(
            instructions=template.instructions, content=content, most_tokens=template.most_tokens
        ),
        size=len(template.instructions.encode()) + len(content.encode()),
        customer_fields=list(material.customer_fields),
        secure=secure,
        question_version=material.question.version if material.question else 0,
    )


def _ensure_nothing_secure(query: Query, material: _Material, secure: bool) -> None:
    if secure:
        raise StaysInside("The question is marked as secure, and the policy keeps it from leaving.")
    # Copied into a prompt, or into another question, it is no less secure.
    said = [query.prompt, material.question.question_text if material.question else ""]
    if repeats_a_secure_question("\n".join(said)):
        raise StaysInside(
            "This repeats a question that is marked as secure, and the policy keeps it inside."
        )


def _owner(query: Query) -> User | None:
    """Whoever asked, as they are now; nobody where the product itself did."""
    if query.owner_id is None:
        return None
    owner = User.objects.with_roles().get(pk=query.owner_id)
    if not may_ask(owner):
        raise MayNotAsk("Whoever asked may not ask any more.")
    return owner


def _material(query: Query, owner: User | None, policy: SendingPolicy) -> _Material:
    if query.customer_id is not None:
        return _of_customer(query.customer_id, owner, policy)
    if query.question_id is not None:
        return _of_question(query.question_id, query.question_version, owner)
    return _sample(query) if query.purpose == Purpose.TEST else _Material()


def _of_customer(customer_id: UUID, owner: User | None, policy: SendingPolicy) -> _Material:
    if owner and not customers.customers_for(owner).filter(pk=customer_id).exists():
        raise ContextGone("The customer is not there any more for whoever asked.")
    known = customers.customer_context(customer_id)
    if known is None:
        raise ContextGone("The customer is not there any more.")
    said = {name: value for name, value in known.items() if name in policy.customer_fields}
    return _Material(data={"customer": said} if said else {}, customer_fields=tuple(said))


def _of_question(question_id: UUID, version: int | None, owner: User | None) -> _Material:
    question = question_for_ai(owner, question_id, version=version)
    if question is None:
        raise ContextGone("The question is not there any more for whoever asked.")
    said = {
        "subject": question.subject,
        "question_text": question.question_text,
        "options": list(question.options),
        "correct_answer": question.correct_answer,
    }
    return _Material(data={"question": said}, question=question)


def _sample(query: Query) -> _Material:
    if query.template.prompt.name == REVIEW_NOTES:
        return _Material(data={"question": SAMPLE_QUESTION})
    return _Material(data={"customer": SAMPLE_CUSTOMER})


def _nonce(query_id: UUID) -> str:
    """The delimiters' word: nobody outside can know it, and a retry sends the same."""
    return salted_hmac("aiqueries.composing", str(query_id), algorithm="sha256").hexdigest()[:24]

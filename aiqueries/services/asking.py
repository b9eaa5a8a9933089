"""Take a query in. The answer comes later."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aiqueries.content import digest_of
from aiqueries.events import QueryAsked
from aiqueries.exceptions import InvalidPrompt, UnknownContext
from aiqueries.kinds import Purpose
from aiqueries.models import ANSWER, Prompt, PromptVersion, Query
from aiqueries.routes import Route, routes
from aiqueries.rules import ensure_may_ask
from aiqueries.services import budgets
from approvals import selectors as approvals
from core.correlation import correlation_id
from crm_sync import selectors as customers
from outbox.publishing import publish

LONGEST_PROMPT = 8_000  # characters


@transaction.atomic
def ask_query(
    *,
    prompt: str,
    actor: User,
    customer_id: UUID | None = None,
    question_id: UUID | None = None,
    model: str = "",
    max_cost: Decimal | None = None,
    query_id: UUID | None = None,
) -> Query:
    """
    Keep a person's or program's query and have a worker answer it.

    `max_cost` is in US dollars: a call that may cost more is not made. Raises NotAnAsker,
    InvalidPrompt, UnknownModel, and UnknownContext for a customer or question that this person
    cannot see; and where no model on offer can be paid, UnknownPrice, TooDear or BudgetSpent.
    """
    ensure_may_ask(actor)
    text = prompt.replace("\r\n", "\n").strip()
    if not text:
        raise InvalidPrompt("Say what you want to know.", field="prompt")
    if len(text) > LONGEST_PROMPT:
        raise InvalidPrompt(f"A prompt has at most {LONGEST_PROMPT:,} characters.", field="prompt")
    chain = routes(model)
    query = Query(
        query_id=query_id or uuid4(),
        owner=actor,
        correlation_id=correlation_id() or str(uuid4()),
        purpose=Purpose.ASK,
        prompt=text,
        prompt_digest=digest_of(text),
        customer_id=_customer(actor, customer_id),
        model=model,
        max_cost=max_cost,
        template=current_version(ANSWER),
        expires_at=timezone.now() + timedelta(seconds=settings.AI_EXPIRES_AFTER),
    )
    _set_question(query, actor, question_id)
    _ensure_affordable(query, actor, chain)
    query.save(force_insert=True)
    publish(
        QueryAsked(
            query_id=str(query.pk),
            owner_id=str(actor.pk),
            purpose=query.purpose,
            question_id=str(question_id or ""),
            customer_id=str(customer_id or ""),
            prompt_digest=query.prompt_digest,
            model=model,
        ),
        actor=actor.as_actor(),
    )
    return query


def current_version(name: str) -> PromptVersion:
    """The wording in use of the prompt of this name."""
    version = Prompt.objects.select_related("current").get(name=name).current
    if version is None:
        raise ValueError(f"The prompt {name} has no version in use.")
    return version


def _customer(actor: User, customer_id: UUID | None) -> UUID | None:
    if customer_id and not customers.customers_for(actor).filter(pk=customer_id).exists():
        raise UnknownContext("There is no such customer for you.", field="customer_id")
    return customer_id


def _set_question(query: Query, actor: User, question_id: UUID | None) -> None:
    if question_id is None:
        return
    question = approvals.question_for_ai(actor, question_id)
    if question is None:
        raise UnknownContext("There is no such question for you.", field="question_id")
    query.question_id, query.question_version = question.question_id, question.version


def _ensure_affordable(query: Query, actor: User, chain: Sequence[Route]) -> None:
    """Refuse what certainly no model can be paid for. The worker looks again, and locks."""
    refusals = []
    for route in chain:
        refusal = budgets.affordable(
            actor,
            route,
            input_bytes=len(query.prompt.encode()),
            most_tokens=query.template.most_tokens,
            max_cost=query.max_cost,
        )
        if refusal is None:
            return
        refusals.append(refusal)
    raise refusals[0]

"""Rules for those who asked a model, and for those who pay."""

from collections.abc import Iterator
from decimal import Decimal

from aiqueries.events import (
    AboutBudget,
    AboutQuery,
    BudgetNearlySpent,
    BudgetUsedUp,
    QueryAnswered,
    QueryCancelled,
    QueryExpired,
    QueryFailed,
)
from notifications.kinds import Kind
from notifications.rules.rule import Note, Said, rule, things
from outbox.events import Envelope

_BY_PERSON = "ASK"
_WHOSE = {"WHOLE": "the organisation’s budget", "GROUP": "a group’s budget"}
_PERIODS = {"DAY": "this day", "MONTH": "this month"}


@rule("query-answered", QueryAnswered, says="Whoever asked a model is told that it answered.")
def of_answer(event: QueryAnswered, envelope: Envelope) -> Iterator[Said]:
    yield from _ended(event, "Answered", "The answer is there.")


@rule("query-failed", QueryFailed, says="Whoever asked a model is told why there is no answer.")
def of_failure(event: QueryFailed, envelope: Envelope) -> Iterator[Said]:
    yield from _ended(event, "Not answered", event.reason)


@rule("query-expired", QueryExpired, says="Whoever asked a model is told that it took too long.")
def of_expiry(event: QueryExpired, envelope: Envelope) -> Iterator[Said]:
    yield from _ended(event, "Not answered in time", "No model answered in time.")


@rule("query-cancelled", QueryCancelled, says="Whose query somebody else cancelled is told so.")
def of_cancelling(event: QueryCancelled, envelope: Envelope) -> Iterator[Said]:
    if envelope.actor.id != event.owner_id:
        yield from _ended(event, "Cancelled", f"{envelope.actor.label} cancelled it.")


@rule(
    "budget-nearly-spent",
    BudgetNearlySpent,
    says="Administrators, and whose budget it is, are told that little is left of it.",
)
def of_little_left(event: BudgetNearlySpent, envelope: Envelope) -> Iterator[Said]:
    for person_id in event.recipient_ids:
        yield _low(event, person_id, f"{event.per_cent} % spent", "When nothing is left,")


@rule(
    "budget-spent",
    BudgetUsedUp,
    says="Administrators, and whose budget it is, are told that nothing is left of it.",
)
def of_nothing_left(event: BudgetUsedUp, envelope: Envelope) -> Iterator[Said]:
    for person_id in event.recipient_ids:
        yield _low(event, person_id, "Spent", "Until the next period")


def _ended(event: AboutQuery, word: str, body: str) -> Iterator[Note]:
    """For the person who asked. Who tries a prompt or waits for notes looks on anyway."""
    if not event.owner_id or event.purpose != _BY_PERSON:
        return
    yield Note(
        recipient_id=event.owner_id,
        kind=Kind.QUERY_ENDED,
        title=f"{word}: your query{_about(event)}",
        body=body,
        reason="You get this because you asked.",
        url=f"/ai/queries/{event.query_id}/",
        cause=f"query:{event.query_id}",
        about=things(question=event.question_id, query=event.query_id),
    )


def _about(event: AboutQuery) -> str:
    if event.question_id:
        return " about a question"
    return " about a customer" if event.customer_id else ""


def _low(event: AboutBudget, person_id: str, word: str, when: str) -> Note:
    is_theirs = event.whose_id == person_id
    whose = "your budget" if is_theirs else _WHOSE.get(event.scope, "a person’s budget")
    spent, amount = (f"{Decimal(money):,.2f}" for money in (event.spent, event.amount))
    why = "the budget is yours" if is_theirs else "you are an administrator"
    return Note(
        recipient_id=person_id,
        kind=Kind.BUDGET_LOW,
        title=f"{word}: {whose} for AI queries",
        body=f"{spent} of {amount} US dollars of {_PERIODS.get(event.period, 'this period')}."
        f" {when} only models that cost nothing answer.",
        reason=f"You get this because {why}.",
        url="/ai/",
        cause=f"budget:{event.budget_id}:{event.whose_id}:{event.starts_on}",
    )

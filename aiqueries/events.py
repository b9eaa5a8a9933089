"""
What others may rely on having happened to AI queries.

Ids are UUIDs as text, digests SHA-256 in hex, money US dollars as text. No event carries a prompt,
an answer, or a word of a question or customer: of what left, the digest and size are told.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class AboutQuery:
    """
    Which query, whose, and what it is about; ids that do not apply are empty.

    `purpose` is ASK, REVIEW or TEST; the product's own queries have no owner.
    """

    query_id: str
    owner_id: str
    purpose: str
    question_id: str = ""
    customer_id: str = ""


@dataclass(frozen=True, kw_only=True)
class QueryAsked(AboutQuery, DomainEvent):
    """A query was taken in and waits for a worker. `model` is empty for the first on offer."""

    name: ClassVar[str] = "aiqueries.query_asked"

    prompt_digest: str
    model: str


@dataclass(frozen=True, kw_only=True)
class QuerySeen(AboutQuery, DomainEvent):
    """Somebody read what another person asked, and was told. `through` is page, api or admin."""

    name: ClassVar[str] = "aiqueries.query_seen"

    through: str


@dataclass(frozen=True, kw_only=True)
class QuerySent(AboutQuery, DomainEvent):
    """
    A call to a provider is about to be made; this is committed before anything leaves.

    `input_digest` is of all that leaves, `size` its bytes; `customer_fields` names what is said
    of a customer. `secure` tells that the question is marked so.
    """

    name: ClassVar[str] = "aiqueries.query_sent"

    attempt: int
    provider: str
    model: str
    outside: bool
    input_digest: str
    size: int
    question_version: int = 0
    secure: bool = False
    customer_fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class QueryAnswered(AboutQuery, DomainEvent):
    """The answer is kept. There is one such event for a query at the most."""

    name: ClassVar[str] = "aiqueries.query_answered"

    provider: str
    model: str
    cost: str
    answer_digest: str


@dataclass(frozen=True, kw_only=True)
class QueryFailed(AboutQuery, DomainEvent):
    """The query ended without an answer. `code` is for machines, `reason` a sentence."""

    name: ClassVar[str] = "aiqueries.query_failed"

    code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class QueryCancelled(AboutQuery, DomainEvent):
    """Somebody did not want the answer any more."""

    name: ClassVar[str] = "aiqueries.query_cancelled"


@dataclass(frozen=True, kw_only=True)
class QueryExpired(AboutQuery, DomainEvent):
    """No answer came in time."""

    name: ClassVar[str] = "aiqueries.query_expired"


@dataclass(frozen=True, kw_only=True)
class AboutBudget:
    """
    Which budget, and whose: `whose_id` is the group's or person's, empty for the whole.

    `starts_on` is the first day (UTC) of the period; `spent` holds what calls under way may cost.
    `recipient_ids` are the administrators and, where it is one person's, that person.
    """

    budget_id: int
    scope: str
    whose_id: str
    period: str
    starts_on: str
    amount: str
    spent: str
    per_cent: int
    recipient_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class BudgetNearlySpent(AboutBudget, DomainEvent):
    """Little is left of a budget. Told once a period."""

    name: ClassVar[str] = "aiqueries.budget_nearly_spent"


@dataclass(frozen=True, kw_only=True)
class BudgetUsedUp(AboutBudget, DomainEvent):
    """Nothing is left of a budget. Told once a period."""

    name: ClassVar[str] = "aiqueries.budget_spent"


@dataclass(frozen=True, kw_only=True)
class PriceSet(DomainEvent):
    """Somebody said what a model costs from a time on, in US dollars for a million tokens."""

    name: ClassVar[str] = "aiqueries.price_set"

    price_id: int
    provider: str
    model: str
    input_per_million: str
    output_per_million: str
    valid_from: str


@dataclass(frozen=True, kw_only=True)
class BudgetSet(DomainEvent):
    """Somebody said how much may be spent in every such period. `whose_id` as in AboutBudget."""

    name: ClassVar[str] = "aiqueries.budget_set"

    budget_id: int
    scope: str
    whose_id: str
    period: str
    amount: str


@dataclass(frozen=True, kw_only=True)
class BudgetClosed(DomainEvent):
    """A budget limits nothing any more."""

    name: ClassVar[str] = "aiqueries.budget_closed"

    budget_id: int


@dataclass(frozen=True, kw_only=True)
class PromptWritten(DomainEvent):
    """Somebody wrote another wording of a prompt; it is not in use yet."""

    name: ClassVar[str] = "aiqueries.prompt_written"

    prompt_id: int
    prompt: str
    version: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class PromptChosen(DomainEvent):
    """Somebody put another wording of a prompt to use. `before` is 0 where there was none."""

    name: ClassVar[str] = "aiqueries.prompt_chosen"

    prompt_id: int
    prompt: str
    version: int
    before: int


@dataclass(frozen=True, kw_only=True)
class SendingPolicySet(DomainEvent):
    """Somebody said what may leave for AI providers, and how long texts are kept."""

    name: ClassVar[str] = "aiqueries.sending_policy_set"

    sending_policy_id: int
    secure_to: list[str]
    customer_fields: list[str]
    keep_text_days: int


@dataclass(frozen=True, kw_only=True)
class TextsForgotten(DomainEvent):
    """Texts were dropped for their age; digests and figures stay. `drafts` are those with notes."""

    name: ClassVar[str] = "aiqueries.texts_forgotten"

    queries: int
    drafts: int
    keep_text_days: int

"""What would leave, and where to, if somebody asked now: for people to see before they ask."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from aiqueries.exceptions import UnknownModel
from aiqueries.routes import Route, is_outside, routes
from aiqueries.selectors.money import price_of
from aiqueries.selectors.sending import current_policy, may_get
from aiqueries.selectors.subjects import CUSTOMER, Subject
from crm_sync.selectors import CONTEXT_FIELDS, customer_context


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A model that may be asked. `input_price` and `output_price` are for a million tokens."""

    route: Route
    outside: bool
    input_price: Decimal | None
    output_price: Decimal | None
    # Whether a secure question goes there.
    takes_secure: bool

    @property
    def name(self) -> str:
        return str(self.route)

    @property
    def has_price(self) -> bool:
        return self.input_price is not None

    @property
    def is_free(self) -> bool:
        return self.has_price and not self.input_price and not self.output_price


@dataclass(frozen=True, kw_only=True)
class Sending:
    """
    What goes along with a prompt, and to whom.

    `fields` are what is said of a customer, each with its label. `takers` get it in turn until
    one answers, and `barred` are passed over, since the question is secure.
    """

    subject: Subject | None
    fields: list[tuple[str, str]]
    takers: list[Offer]
    barred: list[Offer]

    @property
    def leaves(self) -> bool:
        return any(offer.outside for offer in self.takers)


def offers(model: str = "") -> list[Offer]:
    """The models on offer, in the order of preference; from this one on. Raises UnknownModel."""
    policy = current_policy()
    return [
        Offer(
            route=route,
            outside=is_outside(route.provider),
            input_price=price.input_per_million if price else None,
            output_price=price.output_per_million if price else None,
            takes_secure=may_get(route.provider, secure=True, policy=policy),
        )
        for route in routes(model)
        for price in [price_of(route.provider, route.model)]
    ]


def sending(subject: Subject | None, model: str = "") -> Sending:
    """What would go to whom. Of a model that nobody offers: to nobody."""
    try:
        found = offers(model)
    except UnknownModel:
        found = []
    secure = subject is not None and subject.is_secure
    barred = [offer for offer in found if secure and not offer.takes_secure]
    return Sending(
        subject=subject,
        fields=_fields(subject.id) if subject and subject.kind == CUSTOMER else [],
        takers=[offer for offer in found if offer not in barred],
        barred=barred,
    )


def _fields(customer_id: UUID) -> list[tuple[str, str]]:
    allowed = current_policy().customer_fields
    known = customer_context(customer_id) or {}
    return [(CONTEXT_FIELDS[name], value) for name, value in known.items() if name in allowed]

"""What may leave for whom."""

from aiqueries.models import SendingPolicy
from aiqueries.routes import is_outside, models_on_offer
from crm_sync.selectors import CONTEXT_FIELDS


def current_policy() -> SendingPolicy:
    """The newest policy, else the product's own: nothing secure leaves."""
    newest = SendingPolicy.objects.order_by("-pk").first()
    return newest or SendingPolicy(customer_fields=list(CONTEXT_FIELDS))


def may_get(provider: str, *, secure: bool, policy: SendingPolicy) -> bool:
    """Whether a question may go to this provider: a secure one only inside, or where named."""
    return not secure or not is_outside(provider) or provider in policy.secure_to


def some_provider_may_get(*, secure: bool) -> bool:
    """Whether there is any provider that may get such a question."""
    policy = current_policy()
    providers = {route.partition("/")[0] for route in models_on_offer()}
    return any(may_get(each, secure=secure, policy=policy) for each in providers)

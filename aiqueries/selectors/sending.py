"""What may leave for whom."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from aiqueries.models import SendingPolicy
from aiqueries.routes import is_outside, models_on_offer
from crm_sync.selectors import CONTEXT_FIELDS


def current_policy() -> SendingPolicy:
    """The newest policy, else the product's own: nothing secure leaves."""
    newest = SendingPolicy.objects.order_by("-pk").first()
    return newest or products_own()


def changes(policy: SendingPolicy, before: SendingPolicy) -> list[str]:
    """What a policy says that the one before did not, in sentences."""
    said = [
        *_each("{} may get secure questions.", policy.secure_to, before.secure_to),
        *_each("{} may no longer get secure questions.", before.secure_to, policy.secure_to),
    ]
    now, then = _labels(policy), _labels(before)
    said += _each("“{}” of customers may be said.", now, then)
    said += _each("“{}” of customers may no longer be said.", then, now)
    if policy.keep_text_days != before.keep_text_days:
        said.append(
            f"Texts are kept for {policy.keep_text_days} days instead of {before.keep_text_days}."
        )
    return said


def with_before(policies: QuerySet[SendingPolicy]) -> QuerySet[SendingPolicy]:
    """The same policies, each with `before`: what the one before it said, None for the first."""
    earlier = SendingPolicy.objects.filter(pk__lt=OuterRef("pk")).order_by("-pk")
    said = JSONObject(
        secure_to="secure_to", customer_fields="customer_fields", keep_text_days="keep_text_days"
    )
    return policies.annotate(before=Subquery(earlier.values(said=said)[:1]))


def products_own() -> SendingPolicy:
    """What holds as long as nobody has said anything: nothing secure leaves."""
    return SendingPolicy(customer_fields=list(CONTEXT_FIELDS))


def _each(sentence: str, these: list[str], but_not: list[str]) -> list[str]:
    return [sentence.format(one) for one in these if one not in but_not]


def _labels(policy: SendingPolicy) -> list[str]:
    return [CONTEXT_FIELDS.get(field, field) for field in policy.customer_fields]


def may_get(provider: str, *, secure: bool, policy: SendingPolicy) -> bool:
    """Whether a question may go to this provider: a secure one only inside, or where named."""
    return not secure or not is_outside(provider) or provider in policy.secure_to


def some_provider_may_get(*, secure: bool) -> bool:
    """Whether there is any provider that may get such a question."""
    policy = current_policy()
    providers = {route.partition("/")[0] for route in models_on_offer()}
    return any(may_get(each, secure=secure, policy=policy) for each in providers)

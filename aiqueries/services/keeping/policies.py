"""What administrators say of what may leave, and of how long texts are kept."""

from collections.abc import Collection, Iterable

from django.conf import settings
from django.db import transaction

from accounts.models import User
from aiqueries.events import SendingPolicySet
from aiqueries.exceptions import InvalidSendingPolicy
from aiqueries.models import SendingPolicy
from crm_sync.selectors import CONTEXT_FIELDS
from outbox.publishing import publish

LONGEST = 3650  # days


@transaction.atomic
def set_sending_policy(
    *,
    secure_to: Iterable[str],
    customer_fields: Iterable[str],
    keep_text_days: int,
    actor: User,
    note: str = "",
) -> SendingPolicy:
    """
    Say which outside providers may get secure questions, what may be said of customers, and for
    how many days texts are kept.

    It counts from now on; what was said before stays to be read. Raises InvalidSendingPolicy.
    """
    if not 0 <= keep_text_days <= LONGEST:
        raise InvalidSendingPolicy(
            f"Texts are kept for 0 to {LONGEST} days.", field="keep_text_days"
        )
    if len(note) > 200:
        raise InvalidSendingPolicy("A note has at most 200 characters.", field="note")
    policy = SendingPolicy.objects.create(
        secure_to=_known(secure_to, settings.AI_PROVIDERS, "secure_to", "AI provider"),
        customer_fields=_known(
            customer_fields, CONTEXT_FIELDS, "customer_fields", "field of customers"
        ),
        keep_text_days=keep_text_days,
        note=note,
        created_by=actor,
    )
    publish(_told(policy), actor=actor.as_actor())
    return policy


def _known(named: Iterable[str], known: Collection[str], field: str, what: str) -> list[str]:
    """Those named, each once, in the order they are known in."""
    wanted = set(named)
    unknown = sorted(wanted - set(known))
    if unknown:
        raise InvalidSendingPolicy(
            f"There is no {what} {unknown[0]!r}. There are: {', '.join(known)}.", field=field
        )
    return [one for one in known if one in wanted]


def _told(policy: SendingPolicy) -> SendingPolicySet:
    return SendingPolicySet(
        sending_policy_id=policy.pk,
        secure_to=policy.secure_to,
        customer_fields=policy.customer_fields,
        keep_text_days=policy.keep_text_days,
    )

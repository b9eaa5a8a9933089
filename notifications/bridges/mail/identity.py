"""What mails are called, so that copies and threads are known for what they are."""

import re
import uuid
from collections.abc import Iterable, Mapping
from email.utils import parseaddr

from django.conf import settings

from notifications.models import Delivery, Digest, Notification

_SINGLE = re.compile(r"<[0-9a-f-]{36}\.(?P<id>[0-9]{1,18})@[^>]+>")
_DIGEST = re.compile(r"<[0-9a-f-]{36}\.digest-(?P<id>[0-9]{1,18})@[^>]+>")
_NAMESPACE = uuid.UUID("8f0c4d0e-5b2e-4f0a-9d35-2f4f6f1b7a11")


def message_id(delivery: Delivery) -> str:
    """The same for every copy of the same mail (RFC 5322, 3.6.4)."""
    return f"<{delivery.event_id}.{delivery.notification_id}@{domain()}>"


def digest_message_id(digest: Digest) -> str:
    name = uuid.uuid5(_NAMESPACE, f"digest/{digest.recipient_id}/{digest.pk}")
    return f"<{name}.digest-{digest.pk}@{domain()}>"


def thread_id(notification: Notification) -> str:
    """
    What all mails to one person about one question refer to, or else those of one cause.

    No mail has this id. SES gives mails other ids than ours, so a reference to the first of them
    would lead nowhere, while mail programs put together what refers to the same.
    """
    about = next((thing for thing in notification.about if thing.startswith("question:")), None)
    thing = about or notification.cause
    return f"<{uuid.uuid5(_NAMESPACE, f'{notification.recipient_id}/{thing}')}@{domain()}>"


def digests_thread_id(digest: Digest) -> str:
    return f"<{uuid.uuid5(_NAMESPACE, f'{digest.recipient_id}/digests')}@{domain()}>"


def notification_ids(message_ids: Iterable[str]) -> Mapping[str, frozenset[int]]:
    """For those of the Message-IDs that we gave: which notifications the mail is about."""
    singles, digests = {}, {}
    for each in message_ids:
        if found := _SINGLE.fullmatch(each.strip()):
            singles[each] = frozenset({int(found["id"])})
        elif found := _DIGEST.fullmatch(each.strip()):
            digests[each] = int(found["id"])
    return singles | _of_digests(digests)


def _of_digests(digests: Mapping[str, int]) -> dict[str, frozenset[int]]:
    if not digests:
        return {}
    told = Delivery.objects.filter(digest__in=set(digests.values()))
    pairs = list(told.values_list("digest_id", "notification_id"))
    return {
        name: frozenset(told for digest, told in pairs if digest == key)
        for name, key in digests.items()
    }


def domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]

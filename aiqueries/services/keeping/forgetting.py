"""Texts that are older than they are kept become digests."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from aiqueries.events import TextsForgotten
from aiqueries.models import Draft, Query, ReviewNote
from aiqueries.selectors.sending import current_policy
from core.actor import SYSTEM
from outbox.publishing import publish

AT_ONCE = 500  # queries in a transaction
PORTIONS = 200  # in a run; what is left waits for the next


def forget_texts() -> int:
    """
    Drop prompts, answers and notes of queries that ended longer ago than texts are kept.

    Their digests, costs and marks stay. Two at once divide the queries between them. Returns how
    many queries there were.
    """
    policy = current_policy()
    ended_before = timezone.now() - policy.keep_texts_for
    queries = drafts = 0
    for _ in range(PORTIONS):
        some, with_notes = _forget_some(ended_before)
        queries, drafts = queries + some, drafts + with_notes
        if some < AT_ONCE:
            break
    if queries:
        _tell(queries, drafts, policy.keep_text_days)
    return queries


@transaction.atomic
def _forget_some(ended_before: datetime) -> tuple[int, int]:
    """A portion of them: how many queries, and how many of these had drafted notes."""
    old = Query.objects.filter(texts_dropped_at=None, finished_at__lte=ended_before)
    free = old.select_for_update(of=("self",), no_key=True, skip_locked=True)
    ids = list(free.order_by("finished_at").values_list("pk", flat=True)[:AT_ONCE])
    ReviewNote.objects.filter(draft__in=ids).update(quote="", says="")
    Query.objects.filter(pk__in=ids).update(prompt="", answer="", texts_dropped_at=timezone.now())
    return len(ids), Draft.objects.filter(pk__in=ids).count()


@transaction.atomic
def _tell(queries: int, drafts: int, keep_text_days: int) -> None:
    event = TextsForgotten(queries=queries, drafts=drafts, keep_text_days=keep_text_days)
    publish(event, actor=SYSTEM)

"""What AI queries forget of a person: what they asked, what they were told, and their name."""

from django.utils import timezone

from accounts.erasure import Counts, Leaver, forgets
from aiqueries.models import Price, PromptVersion, Query, SendingPolicy
from core.redaction import redact


@forgets("aiqueries")
def forget_queries(leaver: Leaver) -> Counts:
    """Texts of their own queries go, digests and costs stay; names in others' are redacted."""
    own = Query.objects.filter(owner_id=leaver.id)
    count = own.update(prompt="", answer="", texts_dropped_at=timezone.now())
    others = redact(Query.objects.all(), ["prompt", "answer"], leaver.words)
    for model in (Price, PromptVersion, SendingPolicy):
        redact(model._default_manager.all(), ["note"], leaver.words)
    return {"queries of theirs": count, "queries that named them": others}

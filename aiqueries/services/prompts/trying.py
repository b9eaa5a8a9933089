"""Try a wording out, on a sample, the way that all queries go."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aiqueries.content import digest_of
from aiqueries.events import QueryAsked
from aiqueries.exceptions import InvalidPrompt
from aiqueries.kinds import Purpose
from aiqueries.models import PromptVersion, Query
from aiqueries.routes import routes
from aiqueries.rules import ensure_may_ask
from aiqueries.services.asking import LONGEST_PROMPT
from core.correlation import correlation_id
from outbox.publishing import publish


@transaction.atomic
def try_prompt_version(
    *, version: PromptVersion, prompt: str, actor: User, model: str = ""
) -> Query:
    """
    Ask a model with this wording, about a sample that says nothing of ours. It costs as any does.

    Raises NotAnAsker, InvalidPrompt and UnknownModel.
    """
    ensure_may_ask(actor)
    routes(model)
    text = prompt.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_PROMPT:
        raise InvalidPrompt(f"A prompt has at most {LONGEST_PROMPT:,} characters.", field="prompt")
    query = Query.objects.create(
        owner=actor,
        correlation_id=correlation_id() or str(uuid4()),
        purpose=Purpose.TEST,
        prompt=text,
        prompt_digest=digest_of(text),
        model=model,
        template=version,
        expires_at=timezone.now() + timedelta(seconds=settings.AI_EXPIRES_AFTER),
    )
    publish(
        QueryAsked(
            query_id=str(query.pk),
            owner_id=str(actor.pk),
            purpose=query.purpose,
            prompt_digest=query.prompt_digest,
            model=model,
        ),
        actor=actor.as_actor(),
    )
    return query

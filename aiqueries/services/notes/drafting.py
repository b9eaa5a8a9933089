"""Have a model draft notes on a question under review, and keep what holds of its answer."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from aiqueries.content import digest_of
from aiqueries.drafted import read_notes
from aiqueries.events import QueryAsked
from aiqueries.exceptions import FirstViewNeeded
from aiqueries.kinds import OPEN, Purpose, Status
from aiqueries.models import REVIEW_NOTES, Draft, PromptVersion, Query, ReviewNote
from aiqueries.selectors.sending import some_provider_may_get
from aiqueries.services.asking import current_version
from aiqueries.services.finished import on_success
from aiqueries.services.notes.marking import seen_by
from approvals.selectors import question_for_ai
from core.actor import SYSTEM, Actor
from core.correlation import correlation_id
from outbox.publishing import publish


def draft_notes(*, question_id: UUID, version: int, actor: Actor = SYSTEM) -> Query | None:
    """
    Ask for notes on this version of a question, once for each version of the prompt.

    Returns the query that drafts them, or has drafted them; what failed is asked for again. None
    where nothing is asked: notes are switched off, or no provider may get the question.
    """
    question = question_for_ai(None, question_id, version=version)
    if question is None or not settings.AI_REVIEW_NOTES:
        return None
    if not some_provider_may_get(secure=question.is_secure):
        return None
    template = current_version(REVIEW_NOTES)
    asked = Query.objects.filter(
        purpose=Purpose.REVIEW,
        question_id=question_id,
        question_version=version,
        template=template,
        status__in=[*OPEN, Status.SUCCEEDED],
    )
    return asked.first() or _asked_once(asked, template, question_id, version, actor)


def draft_again(*, task_id: UUID, actor: User) -> None:
    """
    Ask once more for notes that could not be drafted. Where there are some, nothing is asked.

    Raises NotesNotFound, and FirstViewNeeded for all but assessors with a first view.
    """
    shown = seen_by(actor, task_id)
    if not shown.may_mark:
        raise FirstViewNeeded("Only assessors who recorded a first view can have notes drafted.")
    draft_notes(
        question_id=shown.task.question_id, version=shown.task.version, actor=actor.as_actor()
    )


@on_success(Purpose.REVIEW)
def keep_notes(query: Query) -> None:
    """Keep the notes of this query's answer that quote the question. An answer makes one draft."""
    question = question_for_ai(None, _id(query), version=query.question_version)
    if question is None:
        raise ValueError(f"The question of query {query.pk} is not there.")
    read = read_notes(query.answer, question_text=question.question_text, options=question.options)
    draft = Draft.objects.create(
        query=query,
        question_id=question.question_id,
        question_version=question.version,
        question_digest=question.digest,
        template_id=query.template_id,
        offered=read.offered,
        kept=len(read.notes),
        is_readable=read.is_readable,
    )
    ReviewNote.objects.bulk_create(
        ReviewNote(
            draft=draft,
            kind=note.kind,
            part=note.part,
            start=note.start,
            end=note.end,
            quote=note.quote,
            says=note.says,
        )
        for note in read.notes
    )


def _asked_once(
    asked: QuerySet[Query], template: PromptVersion, question_id: UUID, version: int, actor: Actor
) -> Query:
    try:
        with transaction.atomic():
            return _ask(template, question_id, version, actor)
    except IntegrityError:  # somebody else came first
        return asked.get()


def _ask(template: PromptVersion, question_id: UUID, version: int, actor: Actor) -> Query:
    query = Query.objects.create(
        correlation_id=correlation_id() or str(uuid4()),
        purpose=Purpose.REVIEW,
        prompt_digest=digest_of(""),
        question_id=question_id,
        question_version=version,
        template=template,
        expires_at=timezone.now() + timedelta(seconds=settings.AI_EXPIRES_AFTER),
    )
    publish(
        QueryAsked(
            query_id=str(query.pk),
            owner_id="",
            purpose=query.purpose,
            question_id=str(question_id),
            prompt_digest=query.prompt_digest,
            model="",
        ),
        actor=actor,
    )
    return query


def _id(query: Query) -> UUID:
    if query.question_id is None:
        raise ValueError(f"Query {query.pk} is about no question.")
    return query.question_id

"""Notes on the question of a task, as a model drafted them."""

import json

from django.utils import timezone

from aiqueries.kinds import Status
from aiqueries.models import Query
from aiqueries.services.notes.drafting import draft_notes, keep_notes

NOTE = {
    "kind": "AMBIGUITY",
    "part": "question_text",
    "quote": "2 + 2",
    "says": "In which base?",
}


def end(query, status, **fields):
    """Let the query have ended so."""
    Query.objects.filter(pk=query.pk).update(status=status, finished_at=timezone.now(), **fields)
    query.refresh_from_db()
    return query


def draft(task):
    """Have notes drafted on the task's question, and wait for them."""
    return draft_notes(question_id=task.question_id, version=task.version.number)


def drafted(task, *notes, answer=None):
    """Have these notes on the task's question; the draft."""
    query = draft(task)
    text = json.dumps({"notes": list(notes or [NOTE])}) if answer is None else answer
    end(query, Status.SUCCEEDED, answer=text, provider="offline", answered_by="parrot-1")
    keep_notes(query)
    return query.draft

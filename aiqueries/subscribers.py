"""What AI queries do when something happened."""

from uuid import UUID

from aiqueries.bridges import answering
from aiqueries.events import QueryAsked
from aiqueries.services.notes.drafting import draft_notes
from approvals.events import FirstViewRecorded
from outbox.events import Envelope, subscribe


@subscribe(QueryAsked, queue="ai")
def answer_query(event: QueryAsked, envelope: Envelope) -> None:
    """Have a model answer. Others' servers are waited for, in threads of their own."""
    answering.answer(UUID(event.query_id))


@subscribe(FirstViewRecorded)
def draft_notes_on_it(event: FirstViewRecorded, envelope: Envelope) -> None:
    """Now that somebody judges it, have a model look at it, too."""
    draft_notes(question_id=UUID(event.question_id), version=event.version)

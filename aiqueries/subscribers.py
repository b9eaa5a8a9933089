"""What AI queries do when something happened."""

from uuid import UUID

from aiqueries.bridges import answering
from aiqueries.events import QueryAsked
from outbox.events import Envelope, subscribe


@subscribe(QueryAsked, queue="ai")
def answer_query(event: QueryAsked, envelope: Envelope) -> None:
    """Have a model answer. Others' servers are waited for, in threads of their own."""
    answering.answer(UUID(event.query_id))

"""What accounts does about its own events once they are committed."""

from accounts.events import PersonErased
from accounts.forgetting import forget_origins
from outbox.events import Envelope, subscribe


@subscribe(PersonErased)
def forget_late_events(event: PersonErased, envelope: Envelope) -> None:
    """Requests of theirs that were under way meanwhile have written events with their name."""
    forget_origins(event.user_id)

"""Noting who looked up what others were told."""

from accounts.models import User
from core.looks import first_looks
from notifications.events import TracesRead
from notifications.selectors import Sought
from outbox.publishing import note


def note_look(sought: Sought, *, by: User, through: str) -> None:
    """
    Write down that somebody is shown this, before it is shown.

    `through` is "page" or "api". The same again within a minute is told of once.
    """
    look = TracesRead(
        user_id=str(sought.person.pk) if sought.person else "",
        event_id=str(sought.event_id or ""),
        about=sought.key[:150],
        through=through,
    )
    with first_looks({(by.pk, look): look}) as new:
        note(*new, actor=by.as_actor())

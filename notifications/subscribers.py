"""What notifications does about events once they are committed."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from accounts.events import PersonErased
from approvals.events import (
    RepairParked,
    RequestCancelled,
    RequestClosed,
    RequestReopened,
    RevisionRequested,
    TaskAssigned,
    TaskExpired,
    TaskReassigned,
)
from notifications import erasing, notes, services
from notifications.bridges import mail
from notifications.events import EmailDue
from notifications.notes import Note
from outbox.events import Envelope, subscribe

Pairs = Sequence[tuple[Any, Envelope]]


@subscribe(TaskAssigned, batch=True)
def tell_of_assignment(pairs: Pairs) -> None:
    """Tell everybody who may decide the new task, by e-mail too."""
    _tell(pairs, notes.of_assignment)


@subscribe(TaskReassigned, batch=True)
def tell_of_reassignment(pairs: Pairs) -> None:
    """Tell the one who has the place now, by e-mail too, and the one who had it before."""
    _tell(pairs, notes.of_reassignment)


@subscribe(TaskExpired, batch=True)
def tell_of_expiry(pairs: Pairs) -> None:
    """Tell those who let the time run out; the requester hears when the request closes."""
    _tell(pairs, notes.of_expiry)


@subscribe(RevisionRequested, batch=True)
def tell_of_wanted_changes(pairs: Pairs) -> None:
    """Tell the requester, by e-mail too: the workflow waits for a new version."""
    _tell(pairs, notes.of_wanted_changes)


@subscribe(RequestCancelled, batch=True)
def tell_of_withdrawal(pairs: Pairs) -> None:
    """Tell the assessors who need not decide any more, and by e-mail too the requester."""
    _tell(pairs, notes.of_withdrawal)


@subscribe(RequestClosed, batch=True)
def tell_of_outcome(pairs: Pairs) -> None:
    """Tell the requester how the request ended, by e-mail too."""
    _tell(pairs, notes.of_outcome)


@subscribe(RequestReopened, batch=True)
def tell_of_reopening(pairs: Pairs) -> None:
    """Tell the requester that the request goes on after all."""
    _tell(pairs, notes.of_reopening)


@subscribe(RepairParked, batch=True)
def tell_of_parked_repair(pairs: Pairs) -> None:
    """Tell the administrators, once for each thing that is parked."""
    _tell(pairs, notes.of_parked_repair)


@subscribe(EmailDue, batch=True, apart=True)
def send_emails(pairs: Sequence[tuple[EmailDue, Envelope]]) -> None:
    """Send the mails that fell due, over one connection; raises what `mail.send` does."""
    mail.send([event.notification_id for event, _ in pairs])


@subscribe(PersonErased)
def forget_mails(event: PersonErased, envelope: Envelope) -> None:
    """Drop what the mailbox still has of somebody who was erased."""
    erasing.forget_mails()


def _tell(pairs: Pairs, write: Callable[[Any, Envelope], Iterator[Note]]) -> None:
    services.notify(
        [(note, envelope) for event, envelope in pairs for note in write(event, envelope)]
    )

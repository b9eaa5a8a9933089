"""What notifications does about events once they are committed."""

from collections.abc import Sequence
from typing import Any

from accounts.events import PersonErased
from aiqueries.events import (
    BudgetNearlySpent,
    BudgetUsedUp,
    QueryAnswered,
    QueryCancelled,
    QueryExpired,
    QueryFailed,
)
from approvals.events import (
    AssessorAway,
    QuestionRevised,
    RepairMade,
    RepairParked,
    RepairPutAside,
    RequestCancelled,
    RequestClosed,
    RequestReopened,
    RevisionRequested,
    TaskAssigned,
    TaskClaimed,
    TaskDecided,
    TaskExpired,
    TaskOverdue,
    TaskReassigned,
    TaskReleased,
    TaskReminderDue,
)
from notifications import erasing, services
from notifications.bridges import endpoints, iot, mail
from notifications.events import (
    ChatDue,
    DigestDue,
    EmailDue,
    ListChanged,
    MailBroke,
    MailMended,
    NotificationHandedIn,
    NotificationTakenBack,
    WebhookDue,
)
from notifications.events.endpoints import (
    EndpointGivenUp,
    EndpointRemoved,
    EndpointSwitchedOn,
    MessageDue,
)
from notifications.kinds import Channel
from notifications.rules import (
    Rule,
    addresses,
    channels,
    outsiders,
    queries,
    repairs,
    requests,
    tasks,
    watched,
)
from notifications.services.endpoints import SCHEDULE, announce, dispatch, dispatch_digest
from outbox.events import Envelope, subscribe

Pairs = Sequence[tuple[Any, Envelope]]


@subscribe(TaskAssigned, batch=True)
def tell_of_assignment(pairs: Pairs) -> None:
    """Tell everybody who may decide the new task."""
    _tell(pairs, tasks.of_assignment, watched.of_assignment)


@subscribe(TaskClaimed, batch=True)
def withdraw_after_claim(pairs: Pairs) -> None:
    """Nobody has to take a task that others have taken."""
    _tell(pairs, tasks.of_claim, watched.of_claim)


@subscribe(TaskReleased, batch=True)
def tell_of_release(pairs: Pairs) -> None:
    """Tell the group that a place is free after all."""
    _tell(pairs, tasks.of_release, watched.of_release)


@subscribe(AssessorAway, batch=True)
def tell_of_absence(pairs: Pairs) -> None:
    """Tell whom the policy names, or the requester, that nobody stands in."""
    _tell(pairs, tasks.of_absence)


@subscribe(TaskReminderDue, batch=True)
def remind(pairs: Pairs) -> None:
    """Remind everybody who has not decided a task that is due soon."""
    _tell(pairs, tasks.of_reminder)


@subscribe(TaskOverdue, batch=True)
def tell_of_overdue(pairs: Pairs) -> None:
    """Tell everybody who has not decided an overdue task, and whom its policy names."""
    _tell(pairs, tasks.of_overdue, watched.of_overdue)


@subscribe(TaskReassigned, batch=True)
def tell_of_reassignment(pairs: Pairs) -> None:
    """Tell the one who has the place now; what told the one who had it before withdraws."""
    _tell(pairs, tasks.of_reassignment, watched.of_reassignment)


@subscribe(TaskDecided, batch=True)
def withdraw_after_decision(pairs: Pairs) -> None:
    """Nobody has to act on a task that is decided."""
    _tell(pairs, tasks.of_decision, watched.of_decision)


@subscribe(TaskExpired, batch=True)
def tell_of_expiry(pairs: Pairs) -> None:
    """What told of the task withdraws; the requester hears when the request closes."""
    _tell(pairs, tasks.of_expiry, watched.of_expiry)


@subscribe(RevisionRequested, batch=True)
def tell_of_wanted_changes(pairs: Pairs) -> None:
    """Tell the requester: the workflow waits for a new version."""
    _tell(pairs, requests.of_wanted_changes, watched.of_wanted_changes)


@subscribe(QuestionRevised, batch=True)
def withdraw_after_revision(pairs: Pairs) -> None:
    """Nobody has to write the version that is written."""
    _tell(pairs, requests.of_revision, watched.of_revision)


@subscribe(RequestCancelled, batch=True)
def tell_of_withdrawal(pairs: Pairs) -> None:
    """Tell the requester; what told the assessors of its tasks withdraws."""
    _tell(pairs, requests.of_withdrawal, tasks.of_withdrawal, watched.of_withdrawal)


@subscribe(RequestClosed, batch=True)
def tell_of_outcome(pairs: Pairs) -> None:
    """Tell the requester how the request ended."""
    _tell(pairs, requests.of_outcome, tasks.of_closing, watched.of_outcome)


@subscribe(RequestReopened, batch=True)
def tell_of_reopening(pairs: Pairs) -> None:
    """Tell the requester that the request goes on after all."""
    _tell(pairs, requests.of_reopening, watched.of_reopening)


@subscribe(RepairParked, batch=True)
def tell_of_parked_repair(pairs: Pairs) -> None:
    """Tell the administrators, once for each thing that is parked."""
    _tell(pairs, repairs.of_parked_repair)


@subscribe(RepairMade, batch=True)
def withdraw_after_repair(pairs: Pairs) -> None:
    """Nobody has to see to what is mended."""
    _tell(pairs, repairs.of_repair)


@subscribe(RepairPutAside, batch=True)
def withdraw_after_putting_aside(pairs: Pairs) -> None:
    """Nobody has to see to what somebody saw to."""
    _tell(pairs, repairs.of_put_aside)


@subscribe(MailBroke, batch=True)
def tell_of_broken_mail(pairs: Pairs) -> None:
    """Tell people that they get no mails, in the product."""
    _tell(pairs, addresses.of_broken_mail)


@subscribe(MailMended, batch=True)
def withdraw_after_mending(pairs: Pairs) -> None:
    """Nobody has to see to an address that works again."""
    _tell(pairs, addresses.of_mended_mail)


@subscribe(NotificationHandedIn, batch=True)
def tell_what_services_say(pairs: Pairs) -> None:
    """Tell people what other services handed in for them."""
    _tell(pairs, outsiders.of_handed_in)


@subscribe(NotificationTakenBack, batch=True)
def withdraw_what_services_take_back(pairs: Pairs) -> None:
    """Nobody has to see what its service took back."""
    _tell(pairs, outsiders.of_taken_back)


@subscribe(QueryAnswered, batch=True)
def tell_of_answer(pairs: Pairs) -> None:
    """Tell whoever asked a model that the answer is there."""
    _tell(pairs, queries.of_answer)


@subscribe(QueryFailed, batch=True)
def tell_of_failed_query(pairs: Pairs) -> None:
    """Tell whoever asked a model why there is no answer."""
    _tell(pairs, queries.of_failure)


@subscribe(QueryExpired, batch=True)
def tell_of_expired_query(pairs: Pairs) -> None:
    """Tell whoever asked a model that none answered in time."""
    _tell(pairs, queries.of_expiry)


@subscribe(QueryCancelled, batch=True)
def tell_of_cancelled_query(pairs: Pairs) -> None:
    """Tell whoever asked a model that somebody else cancelled it."""
    _tell(pairs, queries.of_cancelling)


@subscribe(BudgetNearlySpent, batch=True)
def tell_of_little_left(pairs: Pairs) -> None:
    """Tell the administrators, and whose budget it is, that little is left."""
    _tell(pairs, queries.of_little_left)


@subscribe(BudgetUsedUp, batch=True)
def tell_of_nothing_left(pairs: Pairs) -> None:
    """Tell the administrators, and whose budget it is, that nothing is left."""
    _tell(pairs, queries.of_nothing_left)


@subscribe(EmailDue, batch=True, apart=True)
def send_emails(pairs: Sequence[tuple[EmailDue, Envelope]]) -> None:
    """Send the mails that fell due, over one connection; raises what `mail.send` does."""
    mail.send([event for event, _ in pairs])


@subscribe(DigestDue, batch=True, apart=True)
def send_digests(pairs: Sequence[tuple[DigestDue, Envelope]]) -> None:
    """Send the digests that go by e-mail; raises what `mail.send_digests` does."""
    mail.send_digests([event for event, _ in pairs])


@subscribe(ChatDue, batch=True)
def write_to_chats(pairs: Sequence[tuple[ChatDue, Envelope]]) -> None:
    """Have what fell due go to the recipients' chats."""
    dispatch(pairs)


@subscribe(WebhookDue, batch=True)
def write_to_webhooks(pairs: Sequence[tuple[WebhookDue, Envelope]]) -> None:
    """Have what fell due go to the recipients' programs."""
    dispatch(pairs)


@subscribe(DigestDue)
def write_digest_to_endpoints(event: DigestDue, envelope: Envelope) -> None:
    """Have a digest go to the recipient's chats or programs."""
    if event.channel in (Channel.CHAT, Channel.WEBHOOK):
        dispatch_digest(event, envelope)


@subscribe(MessageDue, schedule=SCHEDULE, queue="webhooks")
def send_message(event: MessageDue, envelope: Envelope) -> None:
    """Send one message to an endpoint, or to nobody who waits; raises what `send` does."""
    endpoints.send(event)


@subscribe(EndpointGivenUp, batch=True)
def tell_of_given_up_endpoint(pairs: Pairs) -> None:
    """Tell whoever can see to it that nothing is sent there any more."""
    _tell(pairs, channels.of_given_up)


@subscribe(EndpointSwitchedOn, batch=True)
def withdraw_after_switching_on(pairs: Pairs) -> None:
    """Nobody has to see to an endpoint that is on again."""
    _tell(pairs, channels.of_mending)


@subscribe(EndpointRemoved, batch=True)
def withdraw_after_removal(pairs: Pairs) -> None:
    """Nobody has to see to an endpoint that is gone."""
    _tell(pairs, channels.of_removal)


@subscribe(ListChanged, batch=True, apart=True)
def publish_to_topics(pairs: Sequence[tuple[ListChanged, Envelope]]) -> None:
    """Publish what changed in these people's lists on AWS IoT, where that is switched on."""
    iot.publish([event for event, _ in pairs])


@subscribe(PersonErased)
def forget_mails(event: PersonErased, envelope: Envelope) -> None:
    """Drop what the mailbox still has of somebody who was erased."""
    erasing.forget_mails()


def _tell(pairs: Pairs, *rules: Rule) -> None:
    services.notify(
        [
            (said, envelope)
            for event, envelope in pairs
            for write in rules
            for said in write(event, envelope)
        ]
    )
    announce(pairs)

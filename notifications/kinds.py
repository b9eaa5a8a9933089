"""The words of notifications: what people are told of, by which channel, and how pressing it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices


class Kind(TextChoices):
    """What a notification is about. Rows and events keep these words: never rename one."""

    TASK_ASSIGNED = "TASK_ASSIGNED", "A question waits for your decision"
    TASK_PASSED_ON = "TASK_PASSED_ON", "A task is passed to you"
    TASK_FREE_AGAIN = "TASK_FREE_AGAIN", "A task of your group is free again"
    TASK_TAKEN_AWAY = "TASK_TAKEN_AWAY", "A task of yours is given to another"
    TASK_REMINDER = "TASK_REMINDER", "A task of yours is due soon"
    TASK_OVERDUE = "TASK_OVERDUE", "A task is overdue"
    ASSESSOR_AWAY = "ASSESSOR_AWAY", "Nobody stands in for an assessor"
    TASK_EXPIRED = "TASK_EXPIRED", "The time for a task ran out"
    REVISION_REQUESTED = "REVISION_REQUESTED", "Changes to your question are requested"
    REQUEST_WITHDRAWN = "REQUEST_WITHDRAWN", "A request is withdrawn"
    REQUEST_CLOSED = "REQUEST_CLOSED", "Your request has an outcome"
    REQUEST_REOPENED = "REQUEST_REOPENED", "Your request goes on"
    WATCHED = "WATCHED", "Something you watch has moved on"
    QUERY_ENDED = "QUERY_ENDED", "An AI query of yours has ended"
    BUDGET_LOW = "BUDGET_LOW", "A budget for AI queries runs out"
    REPAIR_PARKED = "REPAIR_PARKED", "Something needs seeing to"
    CHANNEL_FAILED = "CHANNEL_FAILED", "A channel of yours does not work"
    FROM_SERVICE = "FROM_SERVICE", "Another service has something to say"


class Channel(TextChoices):
    """The ways to a person. The list in the product keeps everything, whatever else is chosen."""

    IN_APP = "IN_APP", "In the product"
    EMAIL = "EMAIL", "E-mail"
    CHAT = "CHAT", "Chat"
    WEBHOOK = "WEBHOOK", "Webhook"


class Mode(TextChoices):
    """
    How a kind is told by a channel.

    In the product OFF means: straight to the archive, uncounted. DIGEST is for e-mail and chat.
    """

    NOW = "NOW", "At once"
    DIGEST = "DIGEST", "In the digest"
    OFF = "OFF", "Not at all"


class Every(TextChoices):
    """How often somebody's digest comes."""

    HOURLY = "HOURLY", "Every hour"
    DAILY = "DAILY", "Every day"
    WEEKLY = "WEEKLY", "Every week"


class Outcome(TextChoices):
    """What becomes of one notification on one channel."""

    SEND = "SEND", "Sent at once"
    HOLD = "HOLD", "Held"
    DROP = "DROP", "Not sent"


class Because(TextChoices):
    """Why it becomes of it. The words are kept in traces; the sentences are for people."""

    DEFAULT = "DEFAULT", "That is the default."
    CHOSEN = "CHOSEN", "You chose so in your settings."
    LOCKED = "LOCKED", "An administrator set this for everybody."
    CRITICAL = "CRITICAL", "It is too pressing to wait."
    QUIET_HOURS = "QUIET_HOURS", "It came in your quiet hours."
    DIGESTED = "DIGESTED", "It waits for your digest."
    THROTTLED = "THROTTLED", "You had many messages in the last hour; the rest come together."
    DUE_FIRST = "DUE_FIRST", "Waiting so long would have been too late."
    WATCHING = "WATCHING", "You watch this."
    MUTED = "MUTED", "You muted this."
    OWN_ACT = "OWN_ACT", "You did it yourself."
    LEFT = "LEFT", "The account is closed."
    SETTLED = "SETTLED", "It was settled before it was told."
    WAITING = "WAITING", "A message about the same thing was waiting already."
    NO_ADDRESS = "NO_ADDRESS", "No address is known for this channel."
    BROKEN = "BROKEN", "The channel does not work; see your settings."


# Given to fields as functions, so that a new word is no new migration.
def kinds() -> list[tuple[str, str]]:
    return list(Kind.choices)


def reasons() -> list[tuple[str, str]]:
    return list(Because.choices)


@dataclass(frozen=True, kw_only=True)
class About:
    """
    What is fixed about a kind.

    `subject` and `action` are the words of its mail, `modes` the defaults that administrators may
    override. What is critical waits for no quiet hours, digest or throttle. What `waits` for its
    recipient to act stays in their list even where they muted what it is about.
    """

    subject: str
    modes: Mapping[Channel, Mode]
    action: str = "Open the request"
    critical: bool = False
    waits: bool = False


def _modes(email: Mode, *, in_app: Mode = Mode.NOW) -> Mapping[Channel, Mode]:
    """Chat goes as e-mail does; whoever has a program listening wants all of it."""
    return {
        Channel.IN_APP: in_app,
        Channel.EMAIL: email,
        Channel.CHAT: email,
        Channel.WEBHOOK: Mode.NOW,
    }


KINDS: Mapping[Kind, About] = {
    Kind.TASK_ASSIGNED: About(
        subject="A question is waiting for your decision",
        action="Open the question",
        modes=_modes(Mode.NOW),
        waits=True,
    ),
    Kind.TASK_PASSED_ON: About(
        subject="A question was passed to you for a decision",
        action="Open the question",
        modes=_modes(Mode.NOW),
        waits=True,
    ),
    Kind.TASK_FREE_AGAIN: About(
        subject="A question for your group is free again",
        action="Open the question",
        # Whoever is told had a mail about it before.
        modes=_modes(Mode.DIGEST),
        waits=True,
    ),
    Kind.TASK_TAKEN_AWAY: About(
        subject="A task of yours was given to another assessor", modes=_modes(Mode.OFF)
    ),
    Kind.TASK_REMINDER: About(
        subject="A question that waits for you is due soon",
        action="Open the question",
        modes=_modes(Mode.NOW),
        waits=True,
    ),
    Kind.TASK_OVERDUE: About(
        subject="A decision is overdue", modes=_modes(Mode.NOW), critical=True, waits=True
    ),
    Kind.ASSESSOR_AWAY: About(
        subject="A decision waits for somebody who is away", modes=_modes(Mode.NOW), waits=True
    ),
    Kind.TASK_EXPIRED: About(
        subject="The time for a task of yours ran out", modes=_modes(Mode.OFF)
    ),
    Kind.REVISION_REQUESTED: About(
        subject="Your question needs a new version", modes=_modes(Mode.NOW), waits=True
    ),
    Kind.REQUEST_WITHDRAWN: About(subject="A request was withdrawn", modes=_modes(Mode.NOW)),
    Kind.REQUEST_CLOSED: About(subject="Your request has an outcome", modes=_modes(Mode.NOW)),
    Kind.REQUEST_REOPENED: About(subject="Your request goes on", modes=_modes(Mode.OFF)),
    Kind.WATCHED: About(subject="Something you watch has moved on", modes=_modes(Mode.DIGEST)),
    Kind.QUERY_ENDED: About(
        subject="An AI query of yours has ended", action="Open the query", modes=_modes(Mode.OFF)
    ),
    Kind.BUDGET_LOW: About(
        subject="A budget for AI queries runs out",
        action="Open the AI queries",
        modes=_modes(Mode.NOW),
    ),
    Kind.REPAIR_PARKED: About(
        subject="Something needs seeing to", action="Open the activity page", modes=_modes(Mode.OFF)
    ),
    Kind.CHANNEL_FAILED: About(
        subject="A channel of yours does not work",
        action="Open your settings",
        modes=_modes(Mode.NOW),
        critical=True,
    ),
    Kind.FROM_SERVICE: About(
        subject="Another service has something to say", action="Open it", modes=_modes(Mode.OFF)
    ),
}

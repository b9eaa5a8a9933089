from core.errors import Conflict, Invalid, NotFound


class NotificationNotFound(NotFound):
    """There is none with this id, or it is somebody else's."""

    code = "notification_not_found"


class NothingToWatch(NotFound):
    """There is no such thing, or it is not for this person to see."""

    code = "nothing_to_watch"


class BadLink(NotFound):
    """An address in a mail was cut short or changed, or its person has left."""

    code = "bad_link"


class AlwaysSent(Conflict):
    """Nobody can switch these e-mails off."""

    code = "always_sent"


class EndpointNotFound(NotFound):
    """There is none with this id, or it is not this person's to see to."""

    code = "endpoint_not_found"


class MessageNotFound(NotFound):
    """The endpoint has no such message, or has it no more."""

    code = "message_not_found"


class AddressRefused(Invalid):
    """Nothing is sent to this address."""

    code = "address_refused"


class UnknownKind(Invalid):
    """There is nothing of this name to be told of."""

    code = "unknown_kind"


class TooManyEndpoints(Conflict):
    """There are as many endpoints as there may be."""

    code = "too_many_endpoints"


class NotSigned(Conflict):
    """Chats check no signatures: their address is the secret."""

    code = "not_signed"


class UnderWay(Conflict):
    """A test message is on its way."""

    code = "test_under_way"


class NotToResend(Conflict):
    """What was withdrawn, or goes to an endpoint that is switched off, is not sent again."""

    code = "not_to_resend"


class BadPreference(Invalid):
    """These preferences contradict each other, or ask for what a channel cannot do."""

    code = "bad_preference"


class ModeIsFixed(Conflict):
    """How this kind is told by this channel is not for people to choose."""

    code = "mode_is_fixed"

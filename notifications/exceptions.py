from core.errors import Conflict, NotFound


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

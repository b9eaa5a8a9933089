from core.errors import NotFound


class NotificationNotFound(NotFound):
    """There is none with this id, or it is somebody else's."""

    code = "notification_not_found"


class NothingToWatch(NotFound):
    """There is no such thing, or it is not for this person to see."""

    code = "nothing_to_watch"

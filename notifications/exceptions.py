from core.errors import NotFound


class NotificationNotFound(NotFound):
    """There is none with this id, or it is somebody else's."""

    code = "notification_not_found"

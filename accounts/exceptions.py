"""What accounts refuses."""

from core.errors import Invalid, NotFound


class ApiTokenNotFound(NotFound):
    """No such token, or it is somebody else's."""

    code = "api_token_not_found"


class InvalidApiToken(Invalid):
    """The token asked for cannot be made."""

    code = "invalid_api_token"

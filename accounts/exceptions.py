"""What accounts refuses."""

from core.errors import Conflict, Invalid, NotFound


class ApiTokenNotFound(NotFound):
    """No such token, or it is somebody else's."""

    code = "api_token_not_found"


class InvalidApiToken(Invalid):
    """The token asked for cannot be made."""

    code = "invalid_api_token"


class PersonNotFound(NotFound):
    """Nobody has this id or address, or the one who asks may not know."""

    code = "person_not_found"


class ErasureRefused(Conflict):
    """Something stands against forgetting this person now; the message says all of it."""

    code = "erasure_refused"

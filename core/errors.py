"""The refusals every app can give, in words a client may show."""


class DomainError(Exception):
    """
    The request was understood and refused.

    `code` is for machines and never changes, the message is a sentence for people, and
    `field` names the input at fault in the caller's own words, where there is one.
    """

    code = "refused"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Invalid(DomainError):
    """What was sent breaks a rule that more than its shape decides."""

    code = "invalid"


class NotFound(DomainError):
    """It is not there, or not there for this person: the answer is the same."""

    code = "not_found"


class Conflict(DomainError):
    """Someone or something got there first."""

    code = "conflict"


class NotAllowed(DomainError):
    """This person may not do this."""

    code = "not_allowed"

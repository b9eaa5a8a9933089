"""The refusals every app can give, in words a client may show."""


class DomainError(Exception):
    """
    The request was understood and refused.

    `code` is for machines and never changes, the message is a sentence for people, and
    `field` names the input at fault in the caller's own words, where there is one.
    `members` are further facts that help the caller, such as who got there first.
    """

    code = "refused"

    def __init__(self, message: str, *, field: str | None = None, **members: str) -> None:
        super().__init__(message)
        self.field = field
        self.members = members


class Malformed(DomainError):
    """A part of the request (a parameter, a header) does not have the form it must have."""

    code = "malformed"


class BadFilter(Malformed):
    """A list was asked to be narrowed by something that does not have the form it must have."""

    code = "invalid_filter"


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


class PreconditionFailed(DomainError):
    """It has changed since the caller last looked at it."""

    code = "precondition_failed"

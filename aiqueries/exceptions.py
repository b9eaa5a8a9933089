"""Refusals of AI queries."""

from core.errors import Conflict, Invalid, NotAllowed, NotFound


class QueryNotFound(NotFound):
    """It is not there, is somebody else's, or is gone: the answer is the same."""

    code = "query_not_found"


class UnknownContext(Invalid):
    """The customer or question is not there, or not there for this person."""

    code = "unknown_context"


class InvalidPrompt(Invalid):
    """The prompt is empty or too long."""

    code = "invalid_prompt"


class QueryEnded(Conflict):
    """The query has ended already."""

    code = "query_ended"


class UnknownModel(Invalid):
    """Nobody here offers a model of this name."""

    code = "unknown_model"


class NotAnAsker(NotAllowed):
    """This person has no role that may ask a model."""

    code = "not_an_asker"

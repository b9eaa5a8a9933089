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


class NothingMayLeave(NotAllowed):
    """What the query is about may not be sent, just now, to this provider."""

    code = "nothing_may_leave"


class StaysInside(NothingMayLeave):
    """It may not leave the house; a provider inside may get it."""

    code = "stays_inside"


class ContextGone(NothingMayLeave):
    """What it is about is gone, or whoever asked may not see it any more. No provider may do."""

    code = "context_gone"


class MayNotAsk(NothingMayLeave):
    """Whoever asked may not ask any more. No provider may do."""

    code = "may_not_ask"


class UnknownPrice(Conflict):
    """Nobody has said what the model costs, so nobody knows what a call may come to."""

    code = "unknown_price"


class TooDear(Conflict):
    """The query may cost more than whoever asks is ready to pay."""

    code = "too_dear"


class BudgetSpent(Conflict):
    """A budget has no room for what the query may cost."""

    code = "budget_spent"


class InvalidPrice(Invalid):
    """Nothing that a model can cost."""

    code = "invalid_price"


class InvalidBudget(Invalid):
    """Nothing that a budget can be."""

    code = "invalid_budget"


class BudgetNotFound(NotFound):
    """There is no such budget."""

    code = "budget_not_found"


class InvalidSendingPolicy(Invalid):
    """It names what is not there, or keeps texts for no sensible time."""

    code = "invalid_sending_policy"


class InvalidWording(Invalid):
    """The wording of a prompt breaks a rule."""

    code = "invalid_wording"


class NotesNotFound(NotFound):
    """The task is not there, or not there for this person."""

    code = "notes_not_found"


class NoteNotFound(NotFound):
    """The task's question has no such note."""

    code = "note_not_found"


class FirstViewNeeded(NotAllowed):
    """Who judges a question says first what they think themselves."""

    code = "first_view_needed"

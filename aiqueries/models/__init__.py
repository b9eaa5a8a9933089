from aiqueries.models.circuits import Circuit
from aiqueries.models.money import Account, Budget, Debit, Price
from aiqueries.models.notes import Draft, NoteMark, ReviewNote
from aiqueries.models.prompts import ANSWER, REVIEW_NOTES, Prompt, PromptVersion, SendingPolicy
from aiqueries.models.queries import Attempt, Query

__all__ = [
    "ANSWER",
    "REVIEW_NOTES",
    "Account",
    "Attempt",
    "Budget",
    "Circuit",
    "Debit",
    "Draft",
    "NoteMark",
    "Price",
    "Prompt",
    "PromptVersion",
    "Query",
    "ReviewNote",
    "SendingPolicy",
]

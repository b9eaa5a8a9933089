"""What workflows forget of a person: whatever an execution was given that names them."""

from accounts.erasure import Counts, Leaver, forgets
from core.redaction import redact
from workflows.models import Execution, HistoryEvent, Message

_OF_EXECUTION = ["input", "output", "error", "cause", "progress"]


@forgets("workflows")
def forget_in_workflows(leaver: Leaver) -> Counts:
    """The approval workflow carries ids and verdicts alone; others may carry more."""
    words = leaver.words
    return {
        "executions": redact(Execution.objects.all(), _OF_EXECUTION, words),
        "steps of executions": redact(HistoryEvent.objects.all(), ["details"], words),
        "messages of executions": redact(Message.objects.all(), ["body"], words),
    }

"""What the workflow engine refuses, in the words of the Step Functions API."""

from core.errors import Conflict, DomainError, Invalid, NotFound


class InvalidDefinition(Invalid):
    """The definition is not ASL that this engine runs. The message names the state and field."""

    code = "invalid_definition"


class InvalidToken(DomainError):
    """Not a token that any engine here gave out."""

    code = "invalid_token"


class TaskDoesNotExist(NotFound):
    """The task that the token belongs to is gone: its execution has ended."""

    code = "task_does_not_exist"


class TaskTimedOut(Conflict):
    """The task has been answered already, timed out, or its state was left."""

    code = "task_timed_out"


class ExecutionAlreadyExists(Conflict):
    """An execution has this name already, with other input or ended."""

    code = "execution_already_exists"


class ExecutionDoesNotExist(NotFound):
    """No execution has this name."""

    code = "execution_does_not_exist"

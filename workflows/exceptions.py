"""What the workflow engine refuses, in the words of the Step Functions API."""

from core.errors import Conflict, Invalid, NotFound


class InvalidDefinition(Invalid):
    """The definition is not ASL that this engine runs. The message names the state and field."""

    code = "invalid_definition"


class InvalidName(Invalid):
    """Not a name for an execution: 1 to 80 letters, digits, hyphens and underscores."""

    code = "invalid_name"


class InvalidExecutionInput(Invalid):
    """The input is not JSON, or more than 256 KiB of it."""

    code = "invalid_execution_input"


class InvalidOutput(Invalid):
    """The output of a task is not JSON, too long, or gives its own token away."""

    code = "invalid_output"


class InvalidToken(Invalid):
    """Not a token that any engine here gave out."""

    code = "invalid_task_token"


class StateMachineDoesNotExist(NotFound):
    """No definition has this name."""

    code = "state_machine_does_not_exist"


class TaskDoesNotExist(NotFound):
    """The task that the token belongs to is gone: its execution has ended."""

    code = "task_does_not_exist"


class TaskTimedOut(Conflict):
    """The task has been answered already, timed out, or its state was left."""

    code = "task_timed_out"


class ExecutionAlreadyExists(Conflict):
    """An execution has this name already, with other input or of another definition."""

    code = "execution_already_exists"


class ExecutionDoesNotExist(NotFound):
    """No execution has this name."""

    code = "execution_does_not_exist"

"""What goes wrong inside a state, in the words that Retry and Catch match."""

ALL = "States.ALL"
TASK_FAILED = "States.TaskFailed"
TIMEOUT = "States.Timeout"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
RUNTIME = "States.Runtime"
NO_CHOICE_MATCHED = "States.NoChoiceMatched"
RESULT_PATH_MATCH_FAILURE = "States.ResultPathMatchFailure"
INTRINSIC_FAILURE = "States.IntrinsicFailure"
DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded"

# States.ALL lets these two pass: they mean that the definition itself is at fault.
_NEVER_BY_ALL = frozenset({RUNTIME, DATA_LIMIT_EXCEEDED})
_TIMEOUTS = frozenset({TIMEOUT, HEARTBEAT_TIMEOUT})


class AslError(Exception):
    """The document breaks rules of the language. Each problem begins with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class StateFailure(Exception):
    """A state could not do its work; a Retry or Catch that names `error` may take over."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


def matches(error: str, names: list[str]) -> bool:
    """Whether an ErrorEquals list takes this error in."""
    return any(_matches(error, name) for name in names)


def _matches(error: str, name: str) -> bool:
    if name == error:
        return True
    if name == ALL:
        return error not in _NEVER_BY_ALL
    if name == TASK_FAILED:
        return error not in _TIMEOUTS | _NEVER_BY_ALL
    return name == TIMEOUT and error in _TIMEOUTS

"""What executions are about. Apps above say it, since only they know what they started."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from workflows.models import Execution

Titler = Callable[[Sequence[str]], Mapping[str, str]]
T = TypeVar("T", bound=Titler)

_titlers: list[Titler] = []


def titles_executions(function: T) -> T:
    """
    Register a source of titles: `def f(names) -> {name: title}`, for a page of names at once.

    Names that it knows nothing of are left out of its answer.
    """
    _titlers.append(function)
    return function


def entitle(executions: Iterable[Execution]) -> None:
    """Give each execution its title, where an app above knows one."""
    by_name = {execution.name: execution for execution in executions}
    for titler in _titlers if by_name else ():
        for name, title in titler(list(by_name)).items():
            by_name[name].title = title

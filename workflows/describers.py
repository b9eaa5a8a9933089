"""What the names of executions stand for."""

from collections.abc import Sequence

from django.urls import reverse

from accounts.models import User
from accounts.things import Thing, describes
from workflows.access import may_list, may_read
from workflows.models import Execution
from workflows.titles import entitle


@describes("execution")
def executions(user: User, names: Sequence[str]) -> dict[str, Thing]:
    """Those that the rules of workflows.access let this person read."""
    readable = names if may_list(user) else [name for name in names if may_read(user, name)]
    found = list(Execution.objects.filter(name__in=readable).only("name"))
    entitle(found)
    return {
        one.name: Thing(title=_title(one), url=reverse("execution", args=[one.name]))
        for one in found
    }


def _title(execution: Execution) -> str:
    return str(getattr(execution, "title", "") or execution.name)

"""What a request's execution is about: its question."""

from collections.abc import Sequence
from uuid import UUID

from approvals.content import title_of
from approvals.models import ApprovalRequest
from workflows.titles import titles_executions

PREFIX = "request-"


@titles_executions
def questions_of(names: Sequence[str]) -> dict[str, str]:
    """The title of each question, in one query. Other executions are none of ours."""
    ids = [found for name in names if (found := request_id_in(name))]
    rows = ApprovalRequest.objects.filter(pk__in=ids).values_list("pk", "question__question_text")
    return {f"{PREFIX}{request_id}": title_of(text) for request_id, text in rows}


def request_id_in(name: str) -> UUID | None:
    """The id that the name of a request's execution is made from."""
    try:
        request_id = UUID(name.removeprefix(PREFIX))
    except ValueError:
        return None
    return request_id if name == f"{PREFIX}{request_id}" else None

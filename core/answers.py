"""What the pages' doors have in common."""

from http import HTTPStatus

from django.http import Http404

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.refusals import spoken_of


def status_of(refusal: DomainError) -> HTTPStatus:
    """The HTTP status that a refusal's page carries. Raises Http404 for what is not there."""
    spoken_of(refusal)
    if isinstance(refusal, NotFound):
        raise Http404(str(refusal))
    if isinstance(refusal, NotAllowed):
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.CONFLICT if isinstance(refusal, Conflict) else HTTPStatus.UNPROCESSABLE_ENTITY

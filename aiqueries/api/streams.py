"""Where the stream of a query is: another process serves it (aiqueries.live)."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.live.access import events_origin

EVENT_STREAM = "text/event-stream"
STREAMS = "Server-sent events (WHATWG HTML, 9.2)."
LAST_EVENT_ID = OpenApiParameter(
    "Last-Event-ID",
    int,
    OpenApiParameter.HEADER,
    description="The last position that was seen: what came after it follows.",
)


class ServedElsewhere(APIException):
    """The load balancer should have led this to the events process (RFC 9110, 15.5.20)."""

    status_code = 421
    default_code = "served_elsewhere"
    default_detail = "Streams are served by another process than this one."


class EventStreamRenderer(JSONRenderer):
    """Lets callers ask for a stream; what they get from here, they can read anyway."""

    media_type = EVENT_STREAM
    format = "json"


def stream_address(request: Request, query_id: UUID) -> str:
    """Where to open the stream: as told here, without a detour that would drop a token."""
    origin = events_origin(request.get_host())
    if not origin:
        return reverse("ai-query-events", [query_id], request=request)
    return origin + reverse("ai-query-events", [query_id])


def lead_to_stream(request: Request, query_id: UUID) -> Response:
    """On to the events process where it has an origin of its own. Raises ServedElsewhere."""
    if not events_origin(request.get_host()):
        raise ServedElsewhere
    return Response(status=307, headers={"Location": stream_address(request, query_id)})

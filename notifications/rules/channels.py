"""Rules for those whose channels do not work."""

from collections.abc import Iterator

from notifications.events.endpoints import EndpointGivenUp, EndpointRemoved, EndpointSwitchedOn
from notifications.kinds import Kind
from notifications.rules.rule import Note, Said, Settled, rule
from outbox.events import Envelope


@rule(
    "endpoint-given-up",
    EndpointGivenUp,
    says="Whose endpoint it is, or the administrators, are told that nothing is sent there.",
)
def of_given_up(event: EndpointGivenUp, envelope: Envelope) -> Iterator[Said]:
    whose = "it is yours" if event.owner_id else "you are an administrator"
    for person_id in event.recipient_ids:
        yield Note(
            recipient_id=person_id,
            kind=Kind.CHANNEL_FAILED,
            title=f"Switched off: {event.endpoint_name}",
            body=f"Nothing is sent to the endpoint “{event.endpoint_name}” any more."
            f" {event.reason} Switch it on again once it is mended.",
            reason=f"You get this because {whose}.",
            url=endpoint(event.endpoint_id),
            cause=_cause(event.endpoint_id),
        )


@rule(
    "endpoint-mended",
    EndpointSwitchedOn,
    says="What told of an endpoint that was switched off withdraws once it is on again.",
)
def of_mending(event: EndpointSwitchedOn, envelope: Envelope) -> Iterator[Said]:
    yield Settled(
        cause=_cause(event.endpoint_id), said=f"{envelope.actor.label} switched it on again."
    )


@rule(
    "endpoint-removed",
    EndpointRemoved,
    says="What told of an endpoint that was switched off withdraws when it is removed.",
)
def of_removal(event: EndpointRemoved, envelope: Envelope) -> Iterator[Said]:
    yield Settled(cause=_cause(event.endpoint_id), said=f"{envelope.actor.label} removed it.")


def endpoint(endpoint_id: str) -> str:
    return f"/notifications/endpoints/{endpoint_id}/"


def _cause(endpoint_id: str) -> str:
    return f"endpoint:{endpoint_id}"

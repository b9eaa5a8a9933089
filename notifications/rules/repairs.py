"""Rules for those who keep it running."""

from collections.abc import Iterator

from approvals.events import RepairMade, RepairParked, RepairPutAside
from notifications.kinds import Kind
from notifications.rules.rule import Note, Said, Settled, rule
from outbox.events import Envelope


@rule("repair-parked", RepairParked, says="Administrators are told what the machine cannot mend.")
def of_parked_repair(event: RepairParked, envelope: Envelope) -> Iterator[Said]:
    """Many may come at once, so by default none goes by e-mail."""
    for person_id in event.administrator_ids:
        yield Note(
            recipient_id=person_id,
            kind=Kind.REPAIR_PARKED,
            title=f"Needs seeing to: {event.title}",
            body=event.reason,
            reason="You get this because you are an administrator.",
            url="/activity/#repairs",
            cause=_repair(event.repair_id),
        )


@rule("repair-made", RepairMade, says="What told of a parked trouble withdraws once it is mended.")
def of_repair(event: RepairMade, envelope: Envelope) -> Iterator[Said]:
    yield Settled(cause=_repair(event.repair_id), said="It has been mended.")


@rule("repair-put-aside", RepairPutAside, says="What told of a trouble withdraws once seen to.")
def of_put_aside(event: RepairPutAside, envelope: Envelope) -> Iterator[Said]:
    yield Settled(cause=_repair(event.repair_id), said=f"{envelope.actor.label} put it aside.")


def _repair(repair_id: str) -> str:
    return f"repair:{repair_id}"

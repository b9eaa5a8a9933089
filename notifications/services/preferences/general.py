"""What administrators set for everybody, and whether people may choose otherwise."""

from django.db import transaction

from core.actor import Actor
from notifications.events import DefaultRemoved, DefaultSet
from notifications.exceptions import BadPreference
from notifications.kinds import KINDS, Channel, Kind, Mode
from notifications.models import Default
from notifications.selectors import modes_for
from outbox.publishing import publish


def check_default(kind: Kind, channel: Channel, mode: Mode) -> None:
    """Raises BadPreference for a digest where there is none, or of what is too pressing to wait."""
    if mode not in modes_for(channel):
        raise BadPreference(f"{channel.label} knows no digest.", field="mode")
    if KINDS[kind].critical and mode == Mode.DIGEST:
        raise BadPreference("It is too pressing to wait for a digest.", field="mode")


@transaction.atomic
def set_default(*, kind: Kind, channel: Channel, mode: Mode, locked: bool, actor: Actor) -> Default:
    """
    Set how everybody is told of this kind by this channel; `locked` lets nobody choose otherwise.

    What is held already stays held. Raises what `check_default` does.
    """
    check_default(kind, channel, mode)
    found, _ = Default.objects.update_or_create(
        kind=kind, channel=channel, defaults={"mode": mode, "locked": locked}
    )
    publish(
        DefaultSet(default_id=found.pk, kind=kind, channel=channel, mode=mode, locked=locked),
        actor=actor,
    )
    return found


@transaction.atomic
def remove_default(*, default: Default, actor: Actor) -> None:
    """Go back to what the product does by itself, and let people choose."""
    removed = DefaultRemoved(default_id=default.pk, kind=default.kind, channel=default.channel)
    default.delete()
    publish(removed, actor=actor)

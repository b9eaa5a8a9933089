"""Saving what a person chose."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from notifications.events import PreferencesChanged
from notifications.exceptions import BadPreference, ModeIsFixed
from notifications.kinds import Channel, Kind, Mode
from notifications.models import PersonSettings, Preference
from notifications.planning import Modes, is_fixed
from notifications.selectors import modes_for, set_for_all, settings_of
from notifications.services.preferences.replanning import replan
from notifications.services.telling.positions import lock_positions
from outbox.publishing import publish

SETTINGS = (
    *("time_zone", "quiet_from", "quiet_to", "quiet_weekends"),
    *("digest_every", "digest_hour", "digest_weekday", "most_an_hour"),
)

# None stands for what holds for everybody.
Chosen = Mapping[tuple[Kind, Channel], Mode | None]


@transaction.atomic
def save_preferences(
    *, person_id: UUID, settings: Mapping[str, Any], choices: Chosen, actor: Actor
) -> None:
    """
    Save these of a person's preferences, and leave the others; what waits is planned anew.

    `settings` are fields of SETTINGS. Raises BadPreference for what cannot be, ModeIsFixed for a
    choice that is not the person's. Saving the same again changes nothing.
    """
    lock_positions()  # what is planned meanwhile would go by what was chosen before
    changed = apply(settings_of(person_id), settings)
    check_choices(choices, set_for_all())
    if changed is not None:
        changed.save()
    altered = [str(key) for key, mode in choices.items() if _choose(person_id, key, mode)]
    if changed is None and not altered:
        return
    replan(person_id)
    publish(PreferencesChanged(user_id=str(person_id)), actor=actor)


def apply(current: PersonSettings, wanted: Mapping[str, Any]) -> PersonSettings | None:
    """
    The settings with these fields, not saved; None where they would stay as they are.

    Raises BadPreference, which names the field at fault.
    """
    changed = [each for each in wanted if wanted[each] != getattr(current, each)]
    for name in changed:
        setattr(current, name, wanted[name])
    if (current.quiet_from is None) != (current.quiet_to is None):
        field = "quiet_to" if current.quiet_to is None else "quiet_from"
        raise BadPreference("Quiet hours need a beginning and an end.", field=field)
    if current.quiet_from is not None and current.quiet_from == current.quiet_to:
        raise BadPreference("Quiet hours must not begin and end at once.", field="quiet_to")
    return current if changed else None


def check_choices(choices: Chosen, general: Modes) -> None:
    """Raises BadPreference for a mode that its channel has not, ModeIsFixed for what is locked."""
    for (kind, channel), mode in choices.items():
        if mode is None:
            continue
        if mode not in modes_for(channel):
            raise BadPreference(f"{channel.label} knows no digest.", field="choices")
        if is_fixed(general, kind, channel):
            raise ModeIsFixed(f"“{kind.label}” by {channel.label.lower()} is set for everybody.")


def _choose(person_id: UUID, key: tuple[Kind, Channel], mode: Mode | None) -> bool:
    """Whether that changed anything."""
    kind, channel = key
    own = Preference.objects.filter(person_id=person_id, kind=kind, channel=channel)
    if mode is None:
        return bool(own.delete()[0])
    if own.filter(mode=mode).exists():
        return False
    Preference.objects.update_or_create(
        person_id=person_id, kind=kind, channel=channel, defaults={"mode": mode}
    )
    return True

"""What preferences would have made of the last week, before anybody saves them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from notifications.kinds import Channel
from notifications.planning.rehearsal import Count, rehearse
from notifications.selectors import lately_told, preferences_of
from notifications.services.preferences.saving import Chosen, apply, check_choices

WEEK = timedelta(days=7)

# One and several, alone and as digests.
_WORDS = {
    Channel.EMAIL: (("mail", "mails"), ("digest", "digests")),
    Channel.CHAT: (("chat message", "chat messages"), ("chat digest", "chat digests")),
    Channel.WEBHOOK: (("call to your webhooks", "calls to your webhooks"), ("", "")),
}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would have gone out by each channel, and `said` in a sentence."""

    counts: Mapping[Channel, Count]

    @property
    def said(self) -> str:
        parts = list(_parts(self.counts)) or ["nothing"]
        text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
        waiting = sum(count.waiting for count in self.counts.values())
        end = f"; {waiting} would still be waiting." if waiting else "."
        return f"Last week these settings would have sent {text}{end}"


def preview(*, person_id: UUID, settings: Mapping[str, Any], choices: Chosen) -> Preview:
    """
    Rehearse the last seven days with these changes; nothing is saved.

    Raises what save_preferences does.
    """
    now = timezone.now()
    current = preferences_of(person_id)
    check_choices(choices, current.general)
    changed = apply(current.settings, settings) or current.settings
    merged = {**current.choices, **choices}
    wishes = replace(
        current, settings=changed, choices={key: mode for key, mode in merged.items() if mode}
    ).wishes()
    told = lately_told(person_id, since=now - WEEK)
    return Preview(counts=rehearse(told, wishes, until=now))


def _parts(counts: Mapping[Channel, Count]) -> Iterator[str]:
    for channel, (single, digest) in _WORDS.items():
        count = counts.get(channel, Count())
        for number, (one, many) in ((count.single, single), (count.digests, digest)):
            if number:
                yield f"{number} {one if number == 1 else many}"

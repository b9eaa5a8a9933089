"""How people want to be told, for many of them at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from notifications.kinds import KINDS, Because, Channel, Every, Kind, Mode
from notifications.models import Default, PersonSettings, Preference
from notifications.planning import THROTTLED_OVER, Hours, Modes, Wishes, chosen
from notifications.selectors.reach import reach_of

# A digest is one message, however much is in it.
_RECENT = """
SELECT recipient_id::text, channel, array_agg(sent_at ORDER BY sent_at)
FROM (
    SELECT recipient_id, channel, released_at AS sent_at FROM notifications_delivery
    WHERE recipient_id = ANY(%(people)s::uuid[]) AND channel IN ('EMAIL', 'CHAT')
        AND released_at > %(since)s AND digest_id IS NULL AND status IN ('PENDING', 'SENT')
    UNION ALL
    SELECT recipient_id, channel, due_at FROM notifications_digest
    WHERE recipient_id = ANY(%(people)s::uuid[]) AND channel IN ('EMAIL', 'CHAT')
        AND due_at > %(since)s
) AS message
GROUP BY recipient_id, channel
"""

Recent = Mapping[Channel, tuple[datetime, ...]]


def wishes_of(people: Collection[str]) -> Mapping[str, Wishes]:
    """
    The wishes of each, by their ids, in a few statements for any number of people.

    What they were sent within the last hour is not in them: see `recent_of`.
    """
    reach = reach_of(people)
    general, own, settings = set_for_all(), choices_of(people), _settings_of(people)
    return {
        person: wishes_from(
            settings.get(person),
            channels=reach[person].channels,
            broken=reach[person].broken,
            modes=chosen(general, own[person]) if person in own else general,
        )
        for person in people
    }


def wishes_from(
    settings: PersonSettings | None,
    *,
    channels: frozenset[Channel],
    broken: frozenset[Channel],
    modes: Modes,
) -> Wishes:
    """The wishes of somebody with these settings, saved or not; None stands for the defaults."""
    if settings is None:
        return Wishes(channels=channels, broken=broken, modes=modes)
    return Wishes(
        channels=channels,
        broken=broken,
        modes=modes,
        hours=hours_from(settings),
        most_an_hour=settings.most_an_hour,
    )


def hours_from(settings: PersonSettings) -> Hours:
    return Hours(
        zone=ZoneInfo(settings.time_zone),
        quiet_from=settings.quiet_from,
        quiet_to=settings.quiet_to,
        quiet_weekends=settings.quiet_weekends,
        digest_every=Every(settings.digest_every),
        digest_hour=settings.digest_hour,
        digest_weekday=settings.digest_weekday,
    )


def set_for_all() -> Modes:
    """What administrators set for everybody, where that differs from the defaults in KINDS."""
    return {
        (Kind(kind), Channel(channel)): (
            Mode(mode),
            Because.LOCKED if locked else Because.DEFAULT,
        )
        for kind, channel, mode, locked in Default.objects.values_list(
            "kind", "channel", "mode", "locked"
        )
        if kind in KINDS
    }


def choices_of(people: Collection[str]) -> Mapping[str, Mapping[tuple[Kind, Channel], Mode]]:
    """What each of those who chose anything chose for which kind and channel."""
    found: defaultdict[str, dict[tuple[Kind, Channel], Mode]] = defaultdict(dict)
    chosen = Preference.objects.filter(person_id__in=map(UUID, people))
    for person, kind, channel, mode in chosen.values_list("person_id", "kind", "channel", "mode"):
        if kind in KINDS:
            found[str(person)][Kind(kind), Channel(channel)] = Mode(mode)
    return found


def recent_of(people: Collection[str], *, at: datetime) -> Mapping[str, Recent]:
    """When each was sent messages within the hour before `at`, by the channels that disturb."""
    found: defaultdict[str, dict[Channel, tuple[datetime, ...]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, {"people": list(people), "since": at - THROTTLED_OVER})
        for person, channel, times in cursor.fetchall():
            found[person][Channel(channel)] = tuple(times)
    return found


def _settings_of(people: Collection[str]) -> Mapping[str, PersonSettings]:
    found = PersonSettings.objects.filter(person_id__in=map(UUID, people))
    return {str(settings.person_id): settings for settings in found}

"""What decides whether a mail of a kind may be left out."""

from collections.abc import Iterable

from notifications.kinds import KINDS, Channel, Kind
from notifications.models import Default


def always_sent(kinds: Iterable[Kind]) -> frozenset[Kind]:
    """Those of the kinds that people cannot switch off: critical, or locked by administrators."""
    wanted = set(kinds)
    locked = Default.objects.filter(channel=Channel.EMAIL, locked=True, kind__in=wanted)
    critical = {kind for kind in wanted if KINDS[kind].critical}
    return frozenset(critical | {Kind(kind) for kind in locked.values_list("kind", flat=True)})

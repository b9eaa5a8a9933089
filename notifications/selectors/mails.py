"""What decides whether a mail of a kind may be left out."""

from collections.abc import Iterable

from notifications.kinds import Channel, Kind
from notifications.planning import is_fixed
from notifications.selectors.wishes import set_for_all


def always_sent(kinds: Iterable[Kind]) -> frozenset[Kind]:
    """Those of the kinds that people cannot switch off: critical, or locked by administrators."""
    general = set_for_all()
    return frozenset(kind for kind in kinds if is_fixed(general, kind, Channel.EMAIL))

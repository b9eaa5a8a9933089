"""By which channels people can be reached at all, for many of them at once."""

from collections.abc import Collection, Mapping

from notifications.kinds import Channel
from notifications.models import MailTrouble
from notifications.selectors.endpoints import endpoint_channels

# Nobody is without either.
ALWAYS = frozenset({Channel.IN_APP, Channel.EMAIL})
MAIL = frozenset({Channel.EMAIL})


def channels_of(people: Collection[str]) -> Mapping[str, frozenset[Channel]]:
    """The channels for which an address of the person is known, by the person's id."""
    known, _ = endpoint_channels(people)
    return {person: ALWAYS | known.get(person, frozenset()) for person in people}


def broken_of(people: Collection[str]) -> Mapping[str, frozenset[Channel]]:
    """Those of their channels that do not work at present; who is not in it has none."""
    _, endpoints = endpoint_channels(people)
    troubled = MailTrouble.objects.standing().filter(person__in=list(people))
    mails = {str(key): MAIL for key in troubled.values_list("person_id", flat=True)}
    return {
        key: endpoints.get(key, frozenset()) | mails.get(key, frozenset())
        for key in endpoints.keys() | mails.keys()
    }

"""By which channels people can be reached at all, for many of them at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from notifications.kinds import Channel
from notifications.models import MailTrouble
from notifications.selectors.endpoints import endpoint_channels

# Nobody is without either.
ALWAYS = frozenset({Channel.IN_APP, Channel.EMAIL})
MAIL = frozenset({Channel.EMAIL})


@dataclass(frozen=True, kw_only=True)
class Reach:
    """The channels for which an address is known, and those that do not work at present."""

    channels: frozenset[Channel]
    broken: frozenset[Channel]


def reach_of(people: Collection[str]) -> Mapping[str, Reach]:
    """The reach of each, by their ids, in two statements for any number of people."""
    known, given_up = endpoint_channels(people)
    troubled = MailTrouble.objects.standing().filter(person__in=list(people))
    mails = {str(key): MAIL for key in troubled.values_list("person_id", flat=True)}
    return {
        person: Reach(
            channels=ALWAYS | known.get(person, frozenset()),
            broken=given_up.get(person, frozenset()) | mails.get(person, frozenset()),
        )
        for person in people
    }

"""Leaving e-mails of some kinds by an address that stands in one of them (RFC 8058)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from notifications.events import Resubscribed, Unsubscribed
from notifications.exceptions import AlwaysSent, BadLink
from notifications.kinds import KINDS, Channel, Kind, Mode
from notifications.models import Default, Delivery, Preference
from notifications.selectors.mails import always_sent
from outbox.publishing import publish

_SIGNER = Signer(salt="notifications.unsubscribe", sep=".")
_SAID = "You unsubscribed from e-mails of this kind."


@dataclass(frozen=True, kw_only=True)
class Leave:
    """Whose e-mails of which kinds an address is about."""

    person_id: str
    kinds: tuple[Kind, ...]


def token(person_id: str, kinds: Iterable[Kind]) -> str:
    """
    What the address ends in. It never runs out: mails are kept, and RFC 8058 asks for that.

    Whoever has it can stop these e-mails and have them sent again, and nothing else.
    """
    return _SIGNER.sign_object([person_id, *sorted(kinds)])


def read(written: str) -> Leave:
    """Raises BadLink unless we wrote it, and for words of kinds that are no more."""
    try:
        person_id, *kinds = _SIGNER.unsign_object(written)
        return Leave(person_id=person_id, kinds=tuple(Kind(kind) for kind in kinds))
    except (BadSignature, ValueError) as error:
        raise BadLink("This address is not whole. Copy all of it from the mail.") from error


@transaction.atomic
def unsubscribe(leave: Leave) -> tuple[Kind, ...]:
    """
    Send this person no more e-mails of these kinds, and none that waits; return what stopped.

    What they are told in the product stays. Doing it twice changes nothing. Raises AlwaysSent
    when administrators have all of it sent to everybody, and BadLink when the person has left.
    """
    person = _person(leave)
    kinds = [kind for kind in leave.kinds if kind not in always_sent(leave.kinds)]
    if not kinds:
        raise AlwaysSent("Everybody gets e-mails of this kind: an administrator decided so.")
    off = set(_choices(person, kinds).filter(mode=Mode.OFF).values_list("kind", flat=True))
    stopped = tuple(kind for kind in kinds if kind.value not in off)
    for kind in stopped:
        _choose(person, kind, Mode.OFF)
    if stopped:
        Delivery.objects.filter(
            recipient=person,
            channel=Channel.EMAIL,
            status=Delivery.Status.PENDING,
            notification__kind__in=stopped,
        ).update(status=Delivery.Status.CANCELLED, answer=_SAID)
        publish(Unsubscribed(user_id=str(person.pk), kinds=list(stopped)), actor=person.as_actor())
    return stopped


@transaction.atomic
def resubscribe(leave: Leave) -> tuple[Kind, ...]:
    """Take it back: send e-mails of these kinds by the default, or at once where it sends none."""
    person = _person(leave)
    stopped = _choices(person, leave.kinds).filter(mode=Mode.OFF)
    kinds = tuple(Kind(each) for each in stopped.values_list("kind", flat=True))
    stopped.delete()
    unsent = {kind for kind in kinds if _default(kind) == Mode.OFF}
    for kind in unsent:
        _choose(person, kind, Mode.NOW)
    if kinds:
        publish(Resubscribed(user_id=str(person.pk), kinds=list(kinds)), actor=person.as_actor())
    return kinds


def _person(leave: Leave) -> User:
    """Locked, so that two who press the button at once stop it once."""
    people = User.objects.select_for_update(of=("self",), no_key=True)
    person = people.filter(pk=leave.person_id, is_active=True).first()
    if person is None:
        raise BadLink("Nobody gets e-mails by this address any more.")
    return person


def _choices(person: User, kinds: Iterable[Kind]) -> QuerySet[Preference]:
    return Preference.objects.filter(person=person, channel=Channel.EMAIL, kind__in=list(kinds))


def _choose(person: User, kind: Kind, mode: Mode) -> None:
    Preference.objects.update_or_create(
        person=person, kind=kind, channel=Channel.EMAIL, defaults={"mode": mode}
    )


def _default(kind: Kind) -> str:
    set_by = Default.objects.filter(kind=kind, channel=Channel.EMAIL).first()
    return set_by.mode if set_by else KINDS[kind].modes[Channel.EMAIL]

"""Leaving e-mails of some kinds by an address that stands in one of them (RFC 8058)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.db import transaction

from accounts.models import User
from notifications.events import Resubscribed, Unsubscribed
from notifications.exceptions import AlwaysSent, BadLink
from notifications.kinds import Channel, Kind, Mode
from notifications.models import Delivery, Preference
from notifications.planning import Modes, Wishes
from notifications.selectors.mails import always_sent
from notifications.selectors.wishes import set_for_all
from notifications.services.preferences import save_preferences
from notifications.services.telling.positions import lock_positions
from outbox.publishing import publish

_SIGNER = Signer(salt="notifications.unsubscribe", sep=".")


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
    lock_positions()  # before any row, as everybody does who needs both
    person = _person(leave)
    fixed = always_sent(leave.kinds)
    off = _off(person, leave.kinds)
    kinds = [kind for kind in leave.kinds if kind not in fixed]
    if not kinds:
        raise AlwaysSent("Everybody gets e-mails of this kind: an administrator decided so.")
    stopped = tuple(kind for kind in kinds if kind not in off)
    if stopped:
        _withdraw(person, stopped)
        _choose(person, dict.fromkeys(stopped, Mode.OFF))
        publish(Unsubscribed(user_id=str(person.pk), kinds=list(stopped)), actor=person.as_actor())
    return stopped


@transaction.atomic
def resubscribe(leave: Leave) -> tuple[Kind, ...]:
    """Take it back: send e-mails of these kinds by the default, or at once where it sends none."""
    lock_positions()
    person = _person(leave)
    kinds = tuple(_off(person, leave.kinds))
    if kinds:
        general = set_for_all()
        unsent = {kind for kind in kinds if _mode(general, kind) == Mode.OFF}
        _choose(person, {kind: Mode.NOW if kind in unsent else None for kind in kinds})
        publish(Resubscribed(user_id=str(person.pk), kinds=list(kinds)), actor=person.as_actor())
    return kinds


def _person(leave: Leave) -> User:
    """Locked, so that two who press the button at once stop it once."""
    people = User.objects.select_for_update(of=("self",), no_key=True)
    person = people.filter(pk=leave.person_id, is_active=True).first()
    if person is None:
        raise BadLink("Nobody gets e-mails by this address any more.")
    return person


def _off(person: User, kinds: Iterable[Kind]) -> list[Kind]:
    """Those that the person has switched off."""
    chosen = Preference.objects.filter(person=person, channel=Channel.EMAIL, mode=Mode.OFF)
    return [Kind(each.kind) for each in chosen.filter(kind__in=list(kinds)).order_by("kind")]


def _withdraw(person: User, kinds: Sequence[Kind]) -> None:
    """Also what the outbox carries already."""
    waiting = Delivery.objects.filter(
        recipient=person, channel=Channel.EMAIL, status=Delivery.Status.PENDING
    )
    waiting.filter(notification__kind__in=kinds).update(
        status=Delivery.Status.CANCELLED, answer="You unsubscribed from e-mails of this kind."
    )


def _choose(person: User, modes: Mapping[Kind, Mode | None]) -> None:
    save_preferences(
        person_id=person.pk,
        settings={},
        choices={(kind, Channel.EMAIL): mode for kind, mode in modes.items()},
        actor=person.as_actor(),
    )


def _mode(general: Modes, kind: Kind) -> Mode:
    mode, _ = Wishes(modes=general).mode(kind, Channel.EMAIL)
    return mode

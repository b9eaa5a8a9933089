"""What accounts forgets of a person, and what it does so for the apps below and for others'."""

from collections.abc import Iterator, Mapping
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import CharField, Q
from django.db.models.functions import Cast

from accounts.erasure import Counts, Leaver, forgets, objects, remembers
from accounts.events import SignInFailed
from accounts.models import ApiToken, User
from accounts.roles import ADMINISTRATORS
from core.actor import Actor
from core.models import IdempotentAnswer
from core.redaction import ERASED, Words, found, redact
from outbox.models import Delivery, Event, FailedMessage

ATTEMPTS: Mapping[type[Any], list[str]] = {
    AccessAttempt: ["username", "path_info", "get_data", "post_data"],
    AccessFailureLog: ["username", "path_info"],
    AccessLog: ["username", "path_info"],
}


@objects
def nobody_erases_themselves(person: User, actor: Actor) -> str:
    return (
        "Nobody erases themselves: ask another administrator." if actor.id == str(person.pk) else ""
    )


@objects
def somebody_must_be_able_to_administer(person: User, actor: Actor) -> str:
    able = User.objects.filter(
        Q(is_superuser=True) | Q(groups__name=ADMINISTRATORS), is_active=True
    )
    if able.filter(pk=person.pk).exists() and not able.exclude(pk=person.pk).exists():
        return "They are the last administrator: give somebody else that role first."
    return ""


@remembers
def names_here(person: User) -> Iterator[str]:
    """Today's name and address, and the names under which they did what the log still knows."""
    yield person.email
    yield person.name
    yield from (
        Event.objects.filter(actor_id=str(person.pk))
        .values_list("actor_label", flat=True)
        .distinct()
    )


@forgets("accounts")
def forget_access(leaver: Leaver) -> Counts:
    """How they got in; their row itself is anonymous by now."""
    tokens, _ = ApiToken.objects.filter(user_id=leaver.id).delete()
    places, _ = User.groups.through.objects.filter(user_id=leaver.id).delete()
    User.user_permissions.through.objects.filter(user_id=leaver.id).delete()
    named = redact(ApiToken.objects.all(), ["name"], leaver.words)
    return {
        "person": 1,
        "API tokens": tokens,
        "other people's tokens that were named after them": named,
        "sessions": _end_sessions(str(leaver.id)),
        "places in groups": places,
        "lines of the admin's log": _forget_admin_log(leaver),
        "attempts to sign in": _forget_attempts(leaver.words),
    }


@forgets("outbox")
def forget_events(leaver: Leaver) -> Counts:
    """By what name, from where and with which program they did what the log still knows."""
    return {
        "events by them": forget_origins(str(leaver.id)),
        "reports of other services by them": _forget_aliases(leaver.words),
        "events that named them": redact(Event.objects.all(), ["payload"], leaver.words),
        "deliveries that named them": redact(Delivery.objects.all(), ["error"], leaver.words),
        "failed messages that named them": redact(
            FailedMessage.objects.all(), ["reason"], leaver.words
        ),
    }


@forgets("core")
def forget_answers(leaver: Leaver) -> Counts:
    own, _ = IdempotentAnswer.objects.filter(actor_id=str(leaver.id)).delete()
    keyed, _ = found(IdempotentAnswer.objects.all(), ["key"], leaver.words).delete()
    others = redact(IdempotentAnswer.objects.all(), ["headers", "body"], leaver.words)
    return {"kept answers to them": own, "kept answers that named them": keyed + others}


def forget_origins(person_id: str) -> int:
    """Make the log's events by this person, and vain sign-ins as them, say no more than the id."""
    theirs = Event.objects.filter(actor_id=person_id).exclude(
        actor_label=ERASED, origin__isnull=True
    )
    vain = Event.objects.filter(
        name=SignInFailed.name, payload__user_id=person_id, origin__isnull=False
    )
    return theirs.update(actor_label=ERASED, origin=None) + vain.update(origin=None)


def _forget_aliases(words: Words) -> int:
    """What other services handed in under their name. Namesakes among our own people stay."""
    ours = User.objects.annotate(as_actor_id=Cast("pk", CharField())).values("as_actor_id")
    others = Event.objects.exclude(actor_id__in=ours)
    return found(others, ["actor_label"], words).update(actor_label=ERASED, origin=None)


def _end_sessions(person_id: str) -> int:
    theirs = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get("_auth_user_id") == person_id
    ]
    Session.objects.filter(pk__in=theirs).delete()
    return len(theirs)


def _forget_admin_log(leaver: Leaver) -> int:
    """Lines about them, by whatever name, and other lines that name them."""
    about = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(leaver.id)
    )
    named = redact(
        LogEntry.objects.exclude(pk__in=about.values("pk")),
        ["object_repr", "change_message"],
        leaver.words,
    )
    return about.update(object_repr=ERASED) + named


def _forget_attempts(words: Words) -> int:
    """Attempts under their address go, and with them from where and by which program they came."""
    total = 0
    for model, columns in ATTEMPTS.items():
        deleted, _ = found(model._default_manager.all(), columns, words).delete()
        total += deleted
    return total

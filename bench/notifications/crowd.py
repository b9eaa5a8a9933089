"""Many people to tell things, and the things to tell them."""

import uuid
from dataclasses import MISSING, fields
from datetime import UTC, datetime


def make_people(count):
    """So many assessors, always with the same ids; returns these."""
    from django.contrib.auth.models import Group

    from accounts.models import User
    from accounts.roles import ASSESSORS

    people = User.objects.bulk_create(
        User(
            pk=numbered("person", number),
            email=f"judge{number}@example.com",
            name=f"Judge {number}",
            password="!",
        )
        for number in range(count)
    )
    assessors = Group.objects.get(name=ASSESSORS)
    User.groups.through.objects.bulk_create(
        User.groups.through(user=person, group=assessors) for person in people
    )
    return [str(person.pk) for person in people]


def sign_in(people):
    """A session for each of them; returns their Cookie headers by id."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from accounts.models import User

    store = import_module(settings.SESSION_ENGINE).SessionStore
    cookies = {}
    for person in User.objects.filter(pk__in=people):
        session = store()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        cookies[str(person.pk)] = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
    return cookies


def numbered(kind, number):
    """The id of the thing of this kind and number, always the same."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {number}"))


def event(kind, number=0, **said):
    """An event of this type about the question of this number; what is not said is empty."""
    known = {name: numbered(name, number) for name in ("task_id", "request_id", "question_id")} | {
        "question_title": f"Which is the capital of country {number}?",
        "due_at": "2027-12-24T12:00:00+00:00",
        "requester_id": "",
    }
    empty = {"str": "", "int": 0, "list": []}
    given = {}
    for field in fields(kind):
        if field.name in said:
            given[field.name] = said[field.name]
        elif field.name in known:
            given[field.name] = known[field.name]
        elif field.default is MISSING and field.default_factory is MISSING:
            given[field.name] = empty[getattr(field.type, "__name__", str(field.type))]
    return kind(**given)


def envelope():
    """As the outbox hands it to a subscriber."""
    from core.actor import SYSTEM
    from outbox.events import Envelope

    return Envelope(
        event_id=str(uuid.uuid4()),
        occurred_at=datetime.now(UTC),
        actor=SYSTEM,
        correlation_id="bench",
    )

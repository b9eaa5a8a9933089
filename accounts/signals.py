"""Signing in and out, told to the event log in Django's own words."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction

from accounts.events import SignedIn, SignedOut, SignInFailed
from accounts.models import User
from core.actor import Actor
from outbox.publishing import publish

NOBODY = Actor(id="anonymous", label="Not signed in")


def connect() -> None:
    user_logged_in.connect(record_sign_in, dispatch_uid="accounts.signed_in")
    user_logged_out.connect(record_sign_out, dispatch_uid="accounts.signed_out")
    user_login_failed.connect(record_failure, dispatch_uid="accounts.sign_in_failed")


@transaction.atomic
def record_sign_in(*, user: User, **_: Any) -> None:
    publish(SignedIn(user_id=str(user.id)), actor=user.as_actor())


@transaction.atomic
def record_sign_out(*, user: User | None, **_: Any) -> None:
    if user is not None:
        publish(SignedOut(user_id=str(user.id)), actor=user.as_actor())


@transaction.atomic
def record_failure(*, credentials: dict[str, Any], **_: Any) -> None:
    address = str(credentials.get("username", "")).strip().lower()
    person = User.objects.filter(email=address).first()
    publish(SignInFailed(user_id=str(person.id) if person else ""), actor=NOBODY)

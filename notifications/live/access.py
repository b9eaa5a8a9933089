"""Who may open a stream, from where, and for how long."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import timezone

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person, and the sign-in that a stream lasts as long as."""

    person_id: str
    session_key: str
    session_hash: str


def visitor(cookies: str) -> Visitor | None:
    """Whoever the Cookie header signs in, by the rules that every page goes by."""
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active:
        return None
    return Visitor(str(user.pk), key, user.get_session_auth_hash())


def still_signed_in(visitors: Iterable[Visitor]) -> set[Visitor]:
    """
    Those whose session is still there and whose account and password are as they were.

    Two queries for any number. Reads the session table: needs a database-backed engine.
    """
    everybody = set(visitors)
    keys = set(
        Session.objects.filter(
            session_key__in={each.session_key for each in everybody},
            expire_date__gt=timezone.now(),
        ).values_list("session_key", flat=True)
    )
    people = User.objects.filter(pk__in={each.person_id for each in everybody}, is_active=True)
    hashes = {str(person.pk): person.get_session_auth_hash() for person in people}
    return {
        each
        for each in everybody
        if each.session_key in keys and hashes.get(each.person_id) == each.session_hash
    }


def host_is_ours(host: str) -> bool:
    """Whether the Host header is one we go by, as for every page."""
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def origin_is_ours(origin: str, host: str) -> bool:
    """
    Whether a page of this origin may read the stream: same host, and same port or, where the
    events process has a port of its own, any.
    """
    page = urlsplit(origin)
    if settings.EVENTS_PORT:
        return page.hostname == split_domain_port(host)[0].strip("[]")
    return page.netloc == host

"""Who may open a stream, from where, and for how long."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.services import digest_of


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person, and the sign-in or API token that a stream lasts as long as."""

    person_id: str
    session_key: str = ""
    session_hash: str = ""
    token_id: str = ""


def visitor(headers: Mapping[str, str]) -> tuple[Visitor, User] | None:
    """
    Whoever the token or cookie of these headers stands for, by the rules that the API goes by.

    Names of headers are in lower case. A token that is none lets nobody in, cookie or not.
    """
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _by_token(secret.strip())
    return _by_cookie(headers.get("cookie", ""))


def _by_token(secret: str) -> tuple[Visitor, User] | None:
    token = ApiToken.objects.usable().with_person().filter(digest=digest_of(secret)).first()
    if token is None:
        return None
    token.note_use()
    return Visitor(str(token.user_id), token_id=str(token.pk)), token.person()


def _by_cookie(cookies: str) -> tuple[Visitor, User] | None:
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active:
        return None
    return Visitor(str(user.pk), key, user.get_session_auth_hash()), user


def still_welcome(visitors: Iterable[Visitor]) -> set[Visitor]:
    """
    Those whose token still works, or whose session is there and password and account are as they
    were.

    Three queries for any number. Reads the session table: needs a database-backed engine.
    """
    everybody = set(visitors)
    programs = {each for each in everybody if each.token_id}
    return _with_tokens(programs) | _with_sessions(everybody - programs)


def _with_tokens(programs: set[Visitor]) -> set[Visitor]:
    if not programs:
        return set()
    usable = ApiToken.objects.usable().filter(pk__in={each.token_id for each in programs})
    ids = {str(pk) for pk in usable.values_list("pk", flat=True)}
    return {each for each in programs if each.token_id in ids}


def _with_sessions(people: set[Visitor]) -> set[Visitor]:
    keys = set(
        Session.objects.filter(
            session_key__in={each.session_key for each in people}, expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    accounts = User.objects.filter(pk__in={each.person_id for each in people}, is_active=True)
    hashes = {str(person.pk): person.get_session_auth_hash() for person in accounts}
    return {
        each
        for each in people
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


def events_origin(host: str) -> str:
    """
    Where the streams are, for who came to this host: another port in the local profile.

    Empty behind a load balancer, which leads their paths to the events process.
    """
    if not settings.EVENTS_PORT:
        return ""
    domain, _ = split_domain_port(host)
    return f"http://{domain}:{settings.EVENTS_PORT}"

"""
What a deployment must not start with. `manage.py check --deploy` asks; so does `migrate`.

Each problem has an id that never changes and a hint that says what to do about it.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from config.demo import PEOPLE

SHORTEST_SECRET_KEY = 32  # characters
_MAY_CHANGE_THE_TRAIL = """
SELECT (
    SELECT current_user FROM pg_class
    WHERE oid = to_regclass('public.audit_record') AND (
        pg_has_role(relowner, 'USAGE')
        OR has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
    )
)
"""
_LOCAL_NAMES = {"127.0.0.1", "localhost", "[::1]"}


@register(Tags.security)
def check_secret_key(**_: Any) -> list[CheckMessage]:
    """E001: sessions and links are signed with the key; a short one can be guessed."""
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's own answer to an empty one
        key = ""
    if len(key) >= SHORTEST_SECRET_KEY:
        return []
    return [
        Error(
            f"SECRET_KEY is missing or shorter than {SHORTEST_SECRET_KEY} characters.",
            hint="Set SECRET_KEY, or SECRET_KEY_FILE to a file that holds it.",
            id="config.E001",
        )
    ]


@register(Tags.security)
def check_debug(**_: Any) -> list[CheckMessage]:
    """E002: error pages with DEBUG show settings and content."""
    if settings.ON_THIS_MACHINE or not settings.DEBUG:
        return []
    return [
        Error(
            "DEBUG is on outside the local profile.",
            hint="Unset DEBUG: error pages would show settings and questions to anybody.",
            id="config.E002",
        )
    ]


@register(Tags.security)
def check_allowed_hosts(**_: Any) -> list[CheckMessage]:
    """E003 and E004: mails lead back to the host's name, so it may not be the caller's choice."""
    if settings.ON_THIS_MACHINE:
        return []
    if "*" in settings.ALLOWED_HOSTS:
        return [
            Error(
                "ALLOWED_HOSTS allows every host.",
                hint="Name the hosts that people use, parted by commas.",
                id="config.E003",
            )
        ]
    if not set(settings.ALLOWED_HOSTS) - _LOCAL_NAMES:
        return [
            Error(
                "ALLOWED_HOSTS names no host but this machine's own.",
                hint="Set ALLOWED_HOSTS to the host names that people use, parted by commas.",
                id="config.E004",
            )
        ]
    return []


@register(Tags.security)
def check_site_url(**_: Any) -> list[CheckMessage]:
    """E005: links in mails start with SITE_URL."""
    if settings.ON_THIS_MACHINE or settings.SITE_URL.startswith("https://"):
        return []
    return [
        Error(
            "SITE_URL does not start with https://.",
            hint="Set SITE_URL to the address that people use; links in mails start with it.",
            id="config.E005",
        )
    ]


@register(Tags.database)
def check_database_is_named(**_: Any) -> list[CheckMessage]:
    """E006: a deployment brings its own database."""
    if settings.DATABASES["default"].get("NAME") or settings.DATABASES["default"].get("SECRET"):
        return []
    return [
        Error(
            "No database is named.",
            hint="Set DATABASE_URL, or DATABASE_URL_FILE to a file that holds it; on AWS,"
            " DATABASE_SECRET to a secret of the shape RDS writes.",
            id="config.E006",
        )
    ]


@register(Tags.security, deploy=True)
def check_demo_people(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **_: Any,
) -> list[CheckMessage]:
    """W001: everybody who read the README knows the demo people's addresses."""
    if settings.ON_THIS_MACHINE:
        return []
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM accounts_user WHERE is_active AND email = ANY(%s)",
                [[person.email for person in PEOPLE]],
            )
            (count,) = cursor.fetchone() or (0,)
    except DatabaseError:
        return []
    if not count:
        return []
    return [
        checks.Warning(
            f"{count} demo people can sign in outside the local profile.",
            hint="Deactivate everybody at example.com.",
            id="config.W001",
        )
    ]


@register(Tags.database)
def check_application_role(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **_: Any,
) -> list[CheckMessage]:
    """W002: who may change the trail's tables, or owns them, may rewrite what was recorded."""
    if not databases:  # asked by `check` and `migrate`, not by each process that starts
        return []
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(_MAY_CHANGE_THE_TRAIL)
            (role,) = cursor.fetchone() or ("",)
    except (DatabaseError, ImproperlyConfigured):
        return []
    if not role:
        return []
    return [
        checks.Warning(
            f"The database role {role} may change the audit trail.",
            hint="Let the processes sign in by DATABASE_URL with a role of their own, and `migrate`"
            " by DATABASE_OWNER_URL with the one that owns the tables: docs/audit.md says how.",
            id="config.W002",
        )
    ]

"""The two roles of the database, made by an administrator of the server."""

from typing import Any

import psycopg2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config import grants, roles
from config.env import setting
from config.roles import Role


class Command(BaseCommand):
    """
    Make the roles that DATABASE_URL and DATABASE_OWNER_URL name, and give the owner everything.

    Signs in as DATABASE_ADMIN_URL, which needs to be said for this command only. With
    DATABASE_SECRET and DATABASE_OWNER_SECRET names and passwords are read there. May be repeated,
    and takes over a database that one role made. `migrate` comes after it.
    """

    # The roles that processes sign in with need not be there yet.
    requires_system_checks = ()
    help = "Make the database's two roles, as its administrator (DATABASE_ADMIN_URL)."

    def handle(self, *args: Any, **options: Any) -> None:
        administrator = setting("DATABASE_ADMIN_URL")
        if not administrator:
            raise CommandError("Set DATABASE_ADMIN_URL to the address for an administrator.")
        if not settings.DATABASE_OWNER:
            raise CommandError("Set DATABASE_OWNER_URL to the address for the tables' owner.")
        application = _role()
        with grants.as_owner():
            owner = _role()
        if owner.name == application.name:
            raise CommandError(f"Both roles are {owner.name!r}; the application needs its own.")
        try:
            roles.furnish(administrator, owner=owner, application=application)
        except psycopg2.Error as error:
            raise CommandError(f"The roles could not be made: {error}".strip()) from error
        self.stdout.write(f"{owner.name} owns the database, {application.name} may use it.")


def _role() -> Role:
    """Whom the default connection signs in as."""
    said = connection.get_connection_params()
    if not said.get("user"):
        raise CommandError("DATABASE_URL and DATABASE_OWNER_URL have to name a user each.")
    return Role(name=said["user"], password=said.get("password") or "")

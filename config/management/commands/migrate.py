"""Django's `migrate`, as the owner of the tables."""

from typing import Any

from django.core.management.commands import migrate

from config import grants


class Command(migrate.Command):
    """
    Migrate as the role that DATABASE_OWNER_URL or DATABASE_OWNER_SECRET names, if one does.

    Then grant the application's role what it may do with each table. All other commands sign in
    as the application.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["skip_checks"]:
            self.check(databases=[options["database"]])
        with grants.as_owner() as application:
            super().handle(*args, **{**options, "skip_checks": True})
            if application and not options["plan"]:
                grants.settle(application)

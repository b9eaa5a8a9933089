"""Django's PostgreSQL, signing in with what a secret holds; passwords may change meanwhile."""

from typing import Any

import psycopg2
from django.db.backends.postgresql import base

from config.database import credentials


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Reads host, user, password and database from the secret that SECRET names.

    What it read is kept until the server does not take it. Then it asks again, once: a rotation
    costs the next connection one question, and Secrets Manager may be away at any other time.
    """

    def get_connection_params(self) -> dict[str, Any]:
        known = credentials.of(self.settings_dict["SECRET"])
        self.settings_dict = {**self.settings_dict, **known}
        return super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except psycopg2.OperationalError:
            # A refused password has no code here, and its words depend on the server's language.
            if not credentials.changed(self.settings_dict["SECRET"], self.settings_dict):
                raise
        return super().get_new_connection({**conn_params, **self.get_connection_params()})

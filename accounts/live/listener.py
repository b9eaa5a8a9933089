"""One connection that hears what PostgreSQL notifies, however many streams there are."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

import psycopg2
from django.db import DatabaseError, connections

logger = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds between attempts to connect


class Listener:
    """
    Calls `heard` with the channel and payload of each notification.

    And `connected` whenever something may have been missed.
    """

    def __init__(
        self,
        channels: Sequence[str],
        *,
        heard: Callable[[str, str], None],
        connected: Callable[[], None],
    ) -> None:
        self._channels = channels
        self._heard = heard
        self._connected = connected

    async def run(self) -> None:
        """Until cancelled: listen, and connect again when the connection is lost."""
        while True:
            try:
                connection = await asyncio.to_thread(_connect, self._channels)
            except (psycopg2.Error, DatabaseError) as error:
                logger.warning("Could not listen for notifications: %s", error)
                await asyncio.sleep(PATIENCE)
            else:
                await self._listen(connection)

    async def _listen(self, connection: Any) -> None:
        loop = asyncio.get_running_loop()
        lost = loop.create_future()
        descriptor = connection.fileno()
        loop.add_reader(descriptor, self._read, connection, lost)
        self._connected()
        try:
            await lost
        finally:
            loop.remove_reader(descriptor)
            connection.close()

    def _read(self, connection: Any, lost: "asyncio.Future[None]") -> None:
        try:
            connection.poll()
        except psycopg2.Error as error:
            logger.warning("Lost the connection that listens for notifications: %s", error)
            if not lost.done():
                lost.set_result(None)
            return
        for notification in connection.notifies:
            self._heard(notification.channel, notification.payload)
        connection.notifies.clear()


def _connect(channels: Sequence[str]) -> Any:
    database = connections["default"]
    # By Django's own way, which knows what to do about a password that has changed.
    connection: Any = database.get_new_connection(
        {
            **database.get_connection_params(),
            "application_name": "imprimatur live",
            "keepalives_idle": 30,  # seconds
            "keepalives_interval": 10,  # seconds
        }
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        for channel in channels:
            cursor.execute(f"LISTEN {channel}")
    return connection

"""Puts what will never work among the dead letters, beside the work on good messages."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from queue import Empty, SimpleQueue
from threading import Event

from django.db import close_old_connections, connection

from config.consumer.channel import AT_ONCE, Channel
from config.consumer.holding import Holder
from config.consumer.reading import Message
from config.consumer.trouble import pauses
from core.actor import SYSTEM
from core.correlation import correlated
from outbox import messages as outbox

logger = logging.getLogger(__name__)

GATHER = 5.0  # seconds in which more may come along; ten letters cost little more than one

Letter = tuple[Channel, Message, str]


class Undertaker:
    """
    Buries in this order: copy to the dead letters, note in the database, delete.

    Killed in between, the message comes again: once it is noted it is only deleted, and before
    that a second copy has the same MessageId attribute. Outages are waited out.
    """

    def __init__(self, holder: Holder) -> None:
        self._holder = holder
        self._waiting: SimpleQueue[Letter | None] = SimpleQueue()
        self._stop_asked = Event()

    def take(self, channel: Channel, message: Message, reason: str) -> None:
        """Bury the message soon, and keep it hidden until then."""
        self._holder.hold(channel, [message])
        self._waiting.put((channel, message, reason))

    def stop(self) -> None:
        """Bury what waits, and end."""
        self._stop_asked.set()
        self._waiting.put(None)

    def run(self) -> None:
        try:
            while not self._stop_asked.is_set() or not self._waiting.empty():
                for channel, reasons in self._gather().items():
                    self._bury_in_the_end(channel, reasons)
        finally:
            connection.close()

    def _gather(self) -> dict[Channel, dict[Message, str]]:
        """The letters that came within a moment of the first, by queue."""
        letters = [self._waiting.get()]
        self._stop_asked.wait(GATHER)
        try:
            while len(letters) < 5 * AT_ONCE:
                letters.append(self._waiting.get_nowait())
        except Empty:
            pass
        by_channel: dict[Channel, dict[Message, str]] = defaultdict(dict)
        for letter in letters:
            if letter is not None:
                channel, message, reason = letter
                by_channel[channel][message] = reason
        return by_channel

    def _bury_in_the_end(self, channel: Channel, reasons: Mapping[Message, str]) -> None:
        unsent = {message.id: message for message in reasons}
        for pause in pauses():
            try:
                close_old_connections()
                self._bury(channel, reasons, unsent)
            except Exception as error:
                logger.warning(
                    "Could not bury %d messages of %s, trying again: %s",
                    len(reasons),
                    channel.name,
                    type(error).__name__,
                )
                connection.close()
                if self._stop_asked.wait(pause):
                    break  # they come again
            else:
                break
        self._holder.let_go(reasons)

    def _bury(
        self, channel: Channel, reasons: Mapping[Message, str], unsent: dict[str, Message]
    ) -> None:
        """`unsent` loses those that reached the dead letters: no second try sends them again."""
        again = [key for key, message in unsent.items() if message.receives > 1]
        for key in outbox.buried(queue=channel.name, message_ids=again) if again else ():
            del unsent[key]
        failed = channel.send_to_dead_letters({each: reasons[each] for each in unsent.values()})
        for key in set(unsent) - {message.id for message in failed}:
            del unsent[key]
        sent = [message for message in reasons if message.id not in unsent]
        said = {message.id: reasons[message] for message in sent}
        outbox.bury(queue=channel.name, reasons=said, actor=SYSTEM)
        channel.delete(sent)
        for message in sent:
            with correlated(message.correlation_id):
                logger.error("Gave up %s of %s: %s", message.id, channel.name, reasons[message])
        if unsent:
            raise OSError(f"SQS did not take {len(unsent)} dead letters.")

"""The work on one queue: receive, check, hand over, delete what is done."""

import logging
import random
import time
import uuid
from collections.abc import Sequence
from threading import Event
from typing import Any

from django.db import close_old_connections, connection

from config.consumer.burying import Undertaker
from config.consumer.channel import Channel
from config.consumer.holding import Holder
from config.consumer.reading import Message, body_of, reason_for, trace_of
from config.consumer.trouble import database_answers, is_trouble, pauses, wait_for_database
from core import queues
from core.correlation import correlated
from outbox import messages as outbox
from outbox.events import Permanent

logger = logging.getLogger(__name__)

FAILURES_ALLOWED = 5
OWN_PAUSES = (1, 4, 16, 64)  # seconds after each failure that was the message's own
TROUBLE_PAUSES = (1, 2, 4, 8, 15)  # seconds, by how often it was received; the last from there on

SUSPECT = 5  # readings; none of them was followed by an end

Body = dict[str, Any]


class Worker:
    """
    Takes in one queue's messages until `stop`, then finishes those in hand.

    A batch goes to the handler at once, or else each message alone. Trouble of the machinery is
    waited out or leaves a message for later; only a fault of its own counts against one.
    """

    def __init__(
        self, channel: Channel, *, stop: Event, holder: Holder, undertaker: Undertaker
    ) -> None:
        handler = queues.handler(channel.name)
        if handler is None:
            raise LookupError(f"Nobody handles the messages of {channel.name} in this release.")
        self._handler = handler
        self.name = f"consume {channel.name}"
        self._channel = channel
        self._stop_asked = stop
        self._holder = holder
        self._undertaker = undertaker
        # When the handler was called (monotonic), while it is at work.
        self.called_at: float | None = None
        self._in_hand: set[Message] = set()

    @property
    def holds_messages(self) -> bool:
        """Whether it has work in hand."""
        return bool(self._in_hand)

    def run(self) -> None:
        trouble = pauses()
        try:
            while not self._stop_asked.is_set():
                try:
                    self._turn()
                    trouble = pauses()
                except Exception as error:
                    self._say_why("receive from", error)
                    self._stop_asked.wait(next(trouble))
        finally:
            connection.close()

    def _turn(self) -> None:
        messages = self._channel.receive()
        if not messages:
            return
        self._holder.hold(self._channel, messages)
        self._in_hand = set(messages)
        try:
            close_old_connections()
            self._take_in(self._checked(messages))
        finally:
            # What nobody settled comes again.
            self._holder.let_go(self._in_hand)
            self._in_hand = set()

    def _checked(self, messages: Sequence[Message]) -> dict[Message, Body]:
        """The bodies of those that look like ours; the others are given up."""
        terms = queues.terms(self._channel.name)
        bodies = {}
        for message in messages:
            try:
                body = body_of(message.text, largest=terms.largest)
                terms.check(body)
                bodies[message] = body
            except Permanent as refusal:
                self._give_up(message, refusal)
        return bodies

    def _take_in(self, bodies: dict[Message, Body]) -> None:
        """
        Hand all of them over, together where that is safe.

        Those that came before may be at fault and share no call with fresh ones. One that came
        often may be what kills its reader: the others are out of its way by then.
        """
        fresh = [message for message in bodies if message.receives == 1]
        again = [message for message in bodies if 1 < message.receives < SUSPECT]
        suspects = [message for message in bodies if message.receives >= SUSPECT]
        random.shuffle(suspects)
        done = [message for group in (fresh, again) for message in self._handle(group, bodies)]
        self._delete(done)
        for message in suspects:
            self._delete(self._handle([message], bodies))

    def _handle(self, group: Sequence[Message], bodies: dict[Message, Body]) -> list[Message]:
        """Hand these over; returns those that are done."""
        if len(group) > 1 and self._taken_together(group, bodies):
            return list(group)
        return [message for message in group if self._taken_alone(message, bodies[message])]

    def _taken_together(self, group: Sequence[Message], bodies: dict[Message, Body]) -> bool:
        with correlated(f"batch-{uuid.uuid4().hex}"):
            try:
                self._call({message.id: bodies[message] for message in group})
            except Exception as error:
                logger.warning(
                    "%d messages of %s could not be handled at once; each goes alone now: %s",
                    len(group),
                    self._channel.name,
                    type(error).__name__,
                )
                return False
            for message in group:
                self._say_done(message)
            return True

    def _taken_alone(self, message: Message, body: Body) -> bool:
        with correlated(message.correlation_id):
            while True:
                try:
                    self._call({message.id: body})
                except Permanent as refusal:
                    self._give_up(message, refusal)
                    return False
                except Exception as error:
                    if self._may_try_at_once(message, error):
                        continue
                    return False
                self._say_done(message)
                return True

    def _call(self, bodies: dict[str, Body]) -> None:
        self.called_at = time.monotonic()
        try:
            self._handler(bodies)
        finally:
            self.called_at = None

    def _may_try_at_once(self, message: Message, error: Exception) -> bool:
        """Whether the database was away and is back. Otherwise the message is seen to."""
        if not is_trouble(error):
            self._count_against(message, error)
            return False
        self._say_why(f"handle {message.id} of", error)
        if not database_answers() and wait_for_database(self._stop_asked):
            return True
        self._leave_for_later(message)
        return False

    def _count_against(self, message: Message, error: Exception) -> None:
        """It failed alone, by its own fault: later again, or once too often."""
        reason = reason_for(error, message.text)
        logger.error(
            "Could not handle %s of %s:\n%s",
            message.id,
            self._channel.name,
            trace_of(error, message.text),
        )
        try:
            failures = outbox.count_failure(
                queue=self._channel.name, message_id=message.id, reason=reason
            )
        except Exception as trouble:
            self._say_why(f"count a failure of {message.id} of", trouble)
            connection.close()
            self._leave_for_later(message)
            return
        if failures >= FAILURES_ALLOWED:
            self._bury(message, f"Failed {failures} times. {reason}")
        else:
            self._hide(message, OWN_PAUSES[failures - 1])

    def _leave_for_later(self, message: Message) -> None:
        """
        Nothing is known against it. SQS gives up a message that was received too often, whoever
        was to blame: shortly before that a copy takes its place.
        """
        if self._stop_asked.is_set():
            self._hide(message, 0)
        elif message.receives < self._channel.queue.receives - 1:
            self._hide(message, TROUBLE_PAUSES[min(message.receives, len(TROUBLE_PAUSES)) - 1])
        else:
            try:
                self._channel.send_again(message)
                self._delete([message])
            except Exception as error:
                self._say_why(f"copy {message.id} within", error)

    def _give_up(self, message: Message, refusal: Permanent) -> None:
        self._bury(message, reason_for(refusal, message.text))

    def _bury(self, message: Message, reason: str) -> None:
        self._in_hand.discard(message)
        self._undertaker.take(self._channel, message, reason)

    def _hide(self, message: Message, seconds: int) -> None:
        self._holder.let_go([message])
        try:
            self._channel.hide([message], seconds)
        except Exception as error:
            self._say_why(f"put {message.id} back into", error)

    def _delete(self, messages: Sequence[Message]) -> None:
        if messages:
            self._holder.let_go(messages)
            self._channel.delete(messages)

    def _say_done(self, message: Message) -> None:
        with correlated(message.correlation_id):
            logger.info(
                "Handled %s of %s, received %d times",
                message.id,
                self._channel.name,
                message.receives,
            )

    def _say_why(self, what: str, error: Exception) -> None:
        # No traceback and no words of the error: they may quote what was sent.
        logger.warning(
            "Could not %s %s, trying again: %s", what, self._channel.name, type(error).__name__
        )

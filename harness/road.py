"""The whole way of a request inside one process: caller, web, relay, worker, consumer and timer."""

import json
import time

from harness.driver import Driver, Insistent
from harness.ledger import Ledger
from harness.world import Gone

IDLE = 8  # seconds; what failed once is tried again before that


class Here(Insistent):
    """A person's way into the API without a network."""

    def __init__(self, token):
        from django.test import Client

        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def call(self, method, path, body=None, key=None):
        """As harness.driver.Api's."""
        headers = {"Idempotency-Key": key} if key else {}
        response = self.client.generic(
            method,
            f"/api/v1/{path}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
        )
        return response.status_code, json.loads(response.content or b"null")


class Road(Driver):
    """A driver that does the product's background work whenever it has to wait."""

    def __init__(self, ground, *, patience):
        super().__init__(0, ground.tokens, Ledger(), patience=patience, way=Here)
        self.ground = ground
        self.watch = self
        self.carried = []
        self.busy_at = time.monotonic()
        self._carry()

    def play(self, story):
        """Tell the story to its end, and work off what it leaves; return its chapter."""
        chapter = self.chapter_of(story)
        self._tell(chapter, 0)
        self.work_off()
        return chapter

    def wait_for(self, person, kind, number, nth, *, deadline):
        """Work until this person was told for the nth time; return the address."""
        from notifications.models import Notification

        told = Notification.objects.filter(
            recipient__email=f"{person}@example.com",
            kind=kind,
            title__contains=f"(story {number:06d})",
        )
        self.busy_at = time.monotonic()
        while len(urls := told.order_by("id").values_list("url", flat=True)) <= nth:
            self.pause()
            if self.idle or time.monotonic() > deadline:
                raise Gone(f"{person} was never told {kind}")
        return urls[nth]

    def pause(self):
        """Do what there is to do, or wait a little for it."""
        if self.turn():
            self.busy_at = time.monotonic()
        else:
            time.sleep(0.02)

    @property
    def idle(self):
        """Whether there has been nothing to do for so long that nothing will come any more."""
        return time.monotonic() - self.busy_at > IDLE

    def work_off(self):
        """Work until nothing is due, nor to be expected from AWS."""
        self.busy_at = time.monotonic()
        while self.turn() or (self.ground.left_over() and not self.idle):
            pass

    def turn(self):
        """One look of relay, worker, consumer and timer each; whether there was anything to do."""
        from outbox import relay

        done = bool(relay.hand_over())
        relay.bury_worn_out()
        while self.carried:
            task, arguments = self.carried.pop(0)
            task(**arguments)
        for task in self.ground.timers():
            task()
        return bool(self.ground.consume()) or done

    def _carry(self):
        """Let Celery's messages end up in this process's hands: they are lost when it dies."""
        from outbox import tasks

        def carry(kwargs=None, **_):
            self.carried.append((tasks.deliver, kwargs))

        tasks.deliver.apply_async = lambda args=None, kwargs=None, **options: carry(kwargs)

"""
A consumer of notifications whose messages are hidden for so many seconds only.

`python -m tests.consumer.processes.child 2`. With one more argument, the name of a file, it kills
itself once: when the handler is done and the message not deleted yet.
"""

import os
import signal
import sys
from pathlib import Path
from threading import Event

import django


def main(visibility, marker=None):
    from config.consumer.channel import Channel  # noqa: PLC0415 - needs Django set up
    from config.consumer.process import Consumer  # noqa: PLC0415
    from core import queues  # noqa: PLC0415
    from core.queues import Queue  # noqa: PLC0415

    handler = queues.handler("notifications")

    def handle_and_die(bodies):
        handler(bodies)
        if marker and not Path(marker).exists():
            Path(marker).touch()
            os.kill(os.getpid(), signal.SIGKILL)

    queues._handlers["notifications"] = handle_and_die
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    queue = Queue(
        name="notifications",
        kind="messages",
        time_limit=1,
        visibility=int(visibility),
        receives=20,
    )
    Consumer([Channel(queue)], stop=stop).run()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(*sys.argv[1:])

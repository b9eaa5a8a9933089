"""
From the commit to a thousand open pages: `python -m bench.notifications live`.

Everything runs as `make run` starts it: web, relay, worker, sealer, the process of live events. A
client of one process holds a stream for each of a thousand people and commits events, each for one
of them; relay and worker carry them, write the rows and send the mails. It takes the time from the
commit to the moment when the message is read at the other end. Then everybody goes away, much is
told meanwhile, and they come back.
"""

import os
import shutil
import statistics
import time

import psutil

from bench.ground import VAR, together
from bench.notifications import crowd
from config import postgres
from tests.processes import Up

STREAMS = 1000
RATE = 20  # events a second
SECONDS = 30
MISSED = 5  # events for each while they are away
LATENCY_AIM, MEMORY_AIM = 0.250, 100_000  # seconds, bytes


def measure(report):
    shutil.rmtree(VAR, ignore_errors=True)
    VAR.mkdir(parents=True)
    up = Up(VAR / "var").start()
    try:
        os.environ["DATABASE_URL"] = postgres.url(up.var.resolve() / "postgres")
        os.environ["VAR_DIR"] = str(up.var.resolve())
        events = up.child("gunicorn", "config.asgi")
        (bind,) = (word for word in events.cmdline() if word.startswith("--bind="))
        port = int(bind.rpartition(":")[2])
        (worker,) = events.children()
        figures = together(_visit, [(port, worker.pid)])[0]
    finally:
        up.stop()
        del os.environ["DATABASE_URL"]
        shutil.rmtree(VAR, ignore_errors=True)
    _tell(report, figures)


def _tell(report, figures):
    latencies, lost = figures["latencies"], figures["lost"]
    p50, p99 = statistics.median(latencies), statistics.quantiles(latencies, n=100)[98]
    what = f"commit to page, {STREAMS:,} streams, {RATE} events/s, {len(latencies)} events"
    report.add(f"{what}: p50", f"{p50 * 1000:.0f} ms")
    held = {"aim": f"≤ {LATENCY_AIM * 1000:.0f} ms", "held": p99 <= LATENCY_AIM}
    report.add("  p99", f"{p99 * 1000:.0f} ms", **held)
    report.add("  never came", str(lost), aim="0", held=lost == 0)
    report.add("  processor, everything but the client", f"{figures['processor']:.0%} of a core")
    each = figures["memory"] / STREAMS
    held = {"aim": f"≤ {MEMORY_AIM / 1000:.0f} kB", "held": each <= MEMORY_AIM}
    report.add("memory of the events process for each stream", f"{each / 1000:.1f} kB", **held)
    what = f"one event for {STREAMS:,} people with a page each, commit to the last page"
    report.add(what, f"{figures['burst'] * 1000:.0f} ms")
    what = f"{STREAMS:,} pages come back to {MISSED} missed each: until the last has all"
    report.add(what, f"{figures['replay']:.1f} s")
    wrong = figures["wrong"]
    what = "  pages that got anything else than exactly what they missed"
    report.add(what, str(wrong), aim="0", held=wrong == 0)


def _visit(port, worker):
    import asyncio

    people = crowd.make_people(STREAMS)
    cookies = crowd.sign_in(people)
    return asyncio.run(_Visit(port, psutil.Process(worker), people, cookies).all())


class _Visit:
    """All that the client does, one after the other."""

    def __init__(self, port, worker, people, cookies):
        self.port, self.worker, self.people, self.cookies = port, worker, people, cookies
        self.pages = []

    async def all(self):
        import asyncio

        await self._open(self.people[:50])  # what a process needs once does not count
        await self._close()
        before = self.worker.memory_full_info().uss
        await self._open(self.people)
        await asyncio.sleep(2)
        figures = {"memory": self.worker.memory_full_info().uss - before}
        figures |= await self._single_events()
        figures["burst"] = await self._event_for_all()
        figures |= await self._away_and_back()
        await self._close()
        return figures

    async def _open(self, people, last=None):
        """A page for each, a few at a time; with `last`, each resumes after its position."""
        import asyncio

        from bench.notifications.streams import Page

        gate = asyncio.Semaphore(20)

        async def opened(person):
            async with gate:
                page = Page(self.port, self.cookies[person], (last or {}).get(person))
                await page.open()
                return page

        self.pages = await asyncio.gather(*(opened(person) for person in people))

    async def _close(self):
        for page in self.pages:
            page.close()

    async def _single_events(self):
        """Latencies at RATE, and what it cost."""
        import asyncio
        import random

        chance, committed = random.Random(1), {}
        family = [
            process
            for process in self.worker.parents()[1].children(recursive=True)
            if process.pid != os.getpid()
        ]
        used, began = _seconds(family), time.monotonic()
        for number in range(RATE * SECONDS):
            await asyncio.sleep(max(0, began + number / RATE - time.monotonic()))
            place = chance.randrange(STREAMS)
            at = await asyncio.to_thread(_commit, [self.people[place]], number)
            committed[number] = (self.pages[place], at)
        took = time.monotonic() - began
        used = _seconds(family) - used
        arrived = {
            number: await page.arrival(_url(number)) for number, (page, _) in committed.items()
        }
        latencies = [
            arrived[number] - at for number, (_, at) in committed.items() if arrived[number]
        ]
        lost = len(committed) - len(latencies)
        return {"latencies": latencies, "lost": lost, "processor": used / took}

    async def _event_for_all(self):
        import asyncio

        number = RATE * SECONDS
        at = await asyncio.to_thread(_commit, self.people, number)
        arrivals = [await page.arrival(_url(number)) for page in self.pages]
        assert all(arrivals), "Some pages never heard of it."
        return max(arrivals) - at

    async def _away_and_back(self):
        """How long it takes until everybody has what they missed, and who got anything else."""
        import asyncio

        last = {person: page.last for person, page in zip(self.people, self.pages, strict=True)}
        await self._close()
        first = RATE * SECONDS + 1
        for number in range(first, first + MISSED):
            await asyncio.to_thread(_commit, self.people, number)
        missed = await asyncio.to_thread(_missed, last)
        began = time.monotonic()
        await self._open(self.people, last)
        for page, person in zip(self.pages, self.people, strict=True):
            await page.until_has(len(missed[person]))
        took = time.monotonic() - began
        await asyncio.sleep(2)  # what comes twice comes now
        wrong = sum(
            page.positions != missed[person]
            for page, person in zip(self.pages, self.people, strict=True)
        )
        return {"replay": took, "wrong": wrong}


def _url(number):
    return f"/tasks/{crowd.numbered('task_id', number)}/"


def _commit(people, number):
    """Publish; return when it was committed."""
    from django.db import transaction

    from approvals.events import TaskAssigned
    from core.actor import SYSTEM
    from outbox.publishing import publish

    with transaction.atomic():
        publish(crowd.event(TaskAssigned, number, assessor_ids=people), actor=SYSTEM)
    return time.time()


def _missed(last):
    """The positions each person has still to hear of, once all is told."""
    from notifications.models import Notification

    until = time.monotonic() + 120
    while time.monotonic() < until:
        rows = Notification.objects.filter(recipient__in=last).order_by("position")
        missed = {person: [] for person in last}
        for person, position in rows.values_list("recipient_id", "position"):
            if position > last[str(person)]:
                missed[str(person)].append(position)
        if min(map(len, missed.values())) >= MISSED:
            return missed
        time.sleep(0.5)
    raise AssertionError("What was told while they were away is not there.")


def _seconds(family):
    total = 0.0
    for process in family:
        try:
            total += sum(process.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return total

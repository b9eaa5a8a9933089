"""An open page: a stream of server-sent events, and when what arrived on it."""

import asyncio
import json
import time

PATIENCE = 60  # seconds


class Page:
    """`last` is the position after which it resumes."""

    def __init__(self, port, cookie, last=None):
        self.port, self.cookie, self.resumes_after = port, cookie, last
        self.positions, self.arrivals = [], {}
        self._news = asyncio.Event()
        self._reading = None

    @property
    def last(self):
        return self.positions[-1] if self.positions else 0

    async def open(self):
        """Until the server has accepted it and sent its first words."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        words = [
            "GET /events/ HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Cookie: {self.cookie}",
            *([f"Last-Event-ID: {self.resumes_after}"] if self.resumes_after is not None else []),
        ]
        self._writer.write("\r\n".join([*words, "", ""]).encode())
        status = await reader.readline()
        if b" 200 " not in status:
            raise AssertionError(f"The stream was refused: {status!r}")
        while not (await reader.readline()).startswith(b"retry:"):
            pass
        self._reading = asyncio.create_task(self._read(reader))

    async def _read(self, reader):
        while line := await reader.readline():
            if line.startswith(b"id: "):
                self.positions.append(int(line[4:]))
            elif line.startswith(b"data: "):
                self._take(json.loads(line[6:]))

    def _take(self, told):
        if "url" in told:
            self.arrivals.setdefault(told["url"], time.time())
            self._news.set()

    async def arrival(self, url):
        """When the page first heard of what is there, or None if it does not."""
        until = time.monotonic() + PATIENCE
        while url not in self.arrivals and time.monotonic() < until:
            await self._next(until)
        return self.arrivals.get(url)

    async def until_has(self, count):
        """Wait until so many messages have come."""
        until = time.monotonic() + PATIENCE
        while len(self.positions) < count and time.monotonic() < until:
            await self._next(until)

    async def _next(self, until):
        self._news.clear()
        try:
            await asyncio.wait_for(self._news.wait(), max(0.01, until - time.monotonic()))
        except TimeoutError:
            return

    def close(self):
        if self._reading is not None:
            self._reading.cancel()
            self._writer.close()

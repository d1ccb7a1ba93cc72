"""A line between a browser and a server, which can be cut and mended."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Passes bytes on to `port` of this machine; while cut it hangs up on everybody.

    Its own `port` takes connections. Runs in a thread of its own.
    """

    def __init__(self, target: int) -> None:
        self._target, self._whole = target, True
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        serving = asyncio.start_server(self._connect, "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(serving, self._loop).result(10)
        self.port = server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if self._whole:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
                self._writers.add(far_writer)
                await asyncio.gather(
                    self._pass_on(reader, far_writer), self._pass_on(far_reader, writer)
                )
        except OSError:  # the server is gone
            pass
        finally:
            self._close(writer)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        self._close(writer)

    def _close(self, writer: asyncio.StreamWriter) -> None:
        self._writers.discard(writer)
        writer.close()

    def cut(self) -> None:
        """Break every connection, and take no new one."""
        self._whole = False

        def abort() -> None:
            for writer in list(self._writers):
                writer.transport.abort()

        self._loop.call_soon_threadsafe(abort)

    def mend(self) -> None:
        """Take connections again."""
        self._whole = True

    def stop(self) -> None:
        """End."""
        self.cut()
        asyncio.run_coroutine_threadsafe(self._settle(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _settle(self) -> None:
        """Wait until every connection has ended."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait(others, timeout=5) if others else None


@contextmanager
def line(target: int) -> Iterator[Proxy]:
    """A line to a port, for a while."""
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.stop()

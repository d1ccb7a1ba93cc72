"""Many visitors at once: `python -m tests.benchmarks.load [--sessions 20] [--seconds 20]`

Starts a server of its own on this machine and opens so many sessions, which speak Streamlit's
protocol as a browser does, its timers without back-pressure included. Each presses Play on the
Playground. An update is a new picture of the plane: 1.5 a second are meant to be the least, and no
session may wait longer than 3 seconds for one. It connects to 127.0.0.1 and nowhere else, and ends
by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import statistics
import time

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from playground.bench import machine
from tests.browser.conftest import running

MOST_SESSIONS, MOST_SECONDS = 100, 120
LEAST, LONGEST = 1.5, 3.0  # updates a second; seconds without one


class Visitor:
    """One browser tab, as the server sees it."""

    def __init__(self, socket) -> None:
        self.socket = socket
        self.updates: list[float] = []  # when a new picture came
        self.play = ""  # the id of the Play button
        self.timers: dict[str, asyncio.Task] = {}
        self.intervals: list[float] = []
        self.idle = asyncio.Event()
        self._last = b""

    async def run_page(self, press: str = "", fragment: str = "") -> None:
        """Ask for a run of the page, or of a fragment of it by its timer."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        if fragment:
            message.rerun_script.fragment_id = fragment
            message.rerun_script.is_auto_rerun = True
        if press:
            message.rerun_script.widget_states.widgets.add(id=press, trigger_value=True)
        await self.socket.send(message.SerializeToString())

    async def listen(self) -> None:
        """Take what the server sends, until the connection ends."""
        async for raw in self.socket:
            message = ForwardMsg()
            message.ParseFromString(raw)
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._element(message.delta.new_element)
            elif kind == "auto_rerun":
                self._start(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            elif kind == "new_session" and not message.metadata.run.fragment_ids:
                self.leave()  # a run of the whole page makes its timers anew
            elif kind == "script_finished":
                self.idle.set()

    def _element(self, element) -> None:
        if element.WhichOneof("type") == "button" and element.button.id.endswith("playground_play"):
            self.play = element.button.id
        if element.WhichOneof("type") != "bidi_component":
            return
        picture = element.bidi_component
        if picture.id.endswith("-map") and picture.bytes != self._last:
            self._last = picture.bytes
            self.updates.append(time.monotonic())

    def _start(self, fragment: str, interval: float) -> None:
        async def tick() -> None:
            while True:
                await asyncio.sleep(interval)
                await self.run_page(fragment=fragment)

        if old := self.timers.pop(fragment, None):
            old.cancel()
        self.intervals.append(interval)
        self.timers[fragment] = asyncio.create_task(tick())

    def leave(self) -> None:
        """Stop asking."""
        for timer in self.timers.values():
            timer.cancel()
        self.timers.clear()


async def visit(url: str, start: asyncio.Barrier, seconds: float) -> Visitor:
    """Open the page, press Play together with all the others, and look on."""
    address = url.replace("http", "ws", 1) + "_stcore/stream"
    async with websockets.connect(
        address, subprotocols=["streamlit"], max_size=None, origin=url.rstrip("/")
    ) as socket:
        visitor = Visitor(socket)
        listening = asyncio.create_task(visitor.listen())
        await visitor.run_page()
        await asyncio.wait_for(visitor.idle.wait(), 30)
        await start.wait()
        await visitor.run_page(press=visitor.play)
        await asyncio.sleep(5)  # all have found their pace
        visitor.updates.clear()
        await asyncio.sleep(seconds)
        visitor.leave()
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
    return visitor


async def crowd(url: str, sessions: int, seconds: float) -> list[Visitor]:
    """So many visitors at once."""
    start = asyncio.Barrier(sessions)
    return await asyncio.gather(*(visit(url, start, seconds) for _ in range(sessions)))


def waits(visitor: Visitor, seconds: float) -> float:
    """The longest time without a new picture."""
    first = (visitor.updates or [0.0])[0]
    times = [0.0, *(at - first for at in visitor.updates), seconds]
    return max(after - before for before, after in itertools.pairwise(times))


def bounded(most: int):
    """A whole number from 1 to `most`."""

    def number(text: str) -> int:
        if not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"from 1 to {most}")
        return int(text)

    return number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=bounded(MOST_SESSIONS), default=20)
    parser.add_argument("--seconds", type=bounded(MOST_SECONDS), default=20)
    arguments = parser.parse_args()
    with running() as server:
        asyncio.run(crowd(server.url, 1, 2))  # what the first visit loads
        before, clock = server.processor_seconds(), time.monotonic()
        visitors = asyncio.run(crowd(server.url, arguments.sessions, arguments.seconds))
        busy = (server.processor_seconds() - before) / (time.monotonic() - clock)
    rates = sorted(len(visitor.updates) / arguments.seconds for visitor in visitors)
    longest = max(waits(visitor, arguments.seconds) for visitor in visitors)
    asked = {round(visitor.intervals[-1], 2) for visitor in visitors if visitor.intervals}
    print(
        f"{machine.name()}; load {machine.load():.1f}\n"
        f"{arguments.sessions} sessions for {arguments.seconds} s: updates a second "
        f"{rates[0]:.2f} (slowest) {statistics.median(rates):.2f} (median) {rates[-1]:.2f}; "
        f"longest wait {longest:.2f} s; timers {sorted(asked)} s; server {busy:.2f} cores"
    )
    if rates[0] < LEAST or longest > LONGEST:
        raise SystemExit(f"a session got fewer than {LEAST} updates a second, or stalled")


if __name__ == "__main__":
    main()

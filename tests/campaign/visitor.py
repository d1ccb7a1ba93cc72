"""One browser tab, as a server sees it: Streamlit's protocol, timers without back-pressure."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import time
from collections.abc import AsyncIterator, Callable

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

EPOCHS = re.compile(r"\*\*([\d,.]+)\*\* epochs$")
PATIENCE = 60.0  # seconds for what a machine must do; it may be busy with other things


class Visitor:
    """session: the visit's name. epochs: what its clock says. words: all text of the last run."""

    def __init__(self, socket, query: str = "", page: str = "") -> None:
        self.socket, self.query, self.page = socket, query, page
        self.updates: list[float] = []  # when a new picture came
        self.buttons: dict[str, str] = {}  # ids by label
        self.timers: dict[str, asyncio.Task] = {}
        self.intervals: list[float] = []
        self.idle = asyncio.Event()
        self.session, self.epochs, self.words = "", 0.0, ""
        self._last = b""

    async def run_page(self, press: str = "", fragment: str = "") -> None:
        """Ask for a run of the page, or of a fragment of it by its timer; press: a label."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        if fragment:
            message.rerun_script.fragment_id = fragment
            message.rerun_script.is_auto_rerun = True
        if press:
            await self.until(lambda: press in self.buttons)  # the page may be running again
            message.rerun_script.widget_states.widgets.add(
                id=self.buttons[press], trigger_value=True
            )
        await self.socket.send(message.SerializeToString())

    async def go(self, page: str = "", press: str = "") -> None:
        """Run a page to its end."""
        self.page = page
        self.idle.clear()
        await self.run_page(press)
        await asyncio.wait_for(self.idle.wait(), PATIENCE)

    async def until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Look on until something is so."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"not within {seconds:.0f} s")
            await asyncio.sleep(0.05)

    async def listen(self) -> None:
        """Take what the server sends, until the connection ends."""
        with contextlib.suppress(websockets.ConnectionClosed):
            async for raw in self.socket:
                self._take(ForwardMsg.FromString(raw))
        self.leave()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._element(message.delta.new_element)
        elif kind == "auto_rerun":
            self._start(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "new_session":
            self.session = message.new_session.initialize.session_id
            if not message.metadata.run.fragment_ids:
                self.leave()  # a run of the whole page makes its timers anew
                self.words, self.buttons = "", {}
        elif kind == "script_finished":
            self.idle.set()

    def _element(self, element) -> None:
        kind = element.WhichOneof("type")
        if kind == "button":
            self.buttons[element.button.label] = element.button.id
        elif kind == "markdown":
            self.words += element.markdown.body + "\n"
            if clock := EPOCHS.search(element.markdown.body):
                self.epochs = float(clock[1].replace(",", ""))
        elif kind == "bidi_component":
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

    async def watch(self, seconds: float) -> tuple[float, float]:
        """Look on: new pictures a second, and the longest time without one."""
        self.updates.clear()
        start = time.monotonic()
        await asyncio.sleep(seconds)
        times = [start, *self.updates, start + seconds]
        longest = max(after - before for before, after in itertools.pairwise(times))
        return len(self.updates) / seconds, longest


@contextlib.asynccontextmanager
async def visitor(
    url: str, session: str = "", query: str = "", page: str = ""
) -> AsyncIterator[Visitor]:
    """A tab that has opened the address. session: the visit whose line was cut."""
    words = ["streamlit", "token", session] if session else ["streamlit"]
    async with websockets.connect(
        url.replace("http", "ws", 1) + "_stcore/stream",
        subprotocols=words,
        max_size=None,
        origin=url.rstrip("/"),
    ) as socket:
        tab = Visitor(socket, query, page)
        listening = asyncio.create_task(tab.listen())
        try:
            yield tab
        finally:
            tab.leave()
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening

"""What may come in: messages, uploads and visitors, within bounds that a classroom never meets.

ASGI middleware in front of Streamlit. One visitor can neither slow the others nor fill the memory,
and nobody can send what no page of ours sends.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from google.protobuf.message import DecodeError
from starlette.responses import PlainTextResponse
from streamlit.proto.AutoRerun_pb2 import AutoRerun
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from playground.web.frame import events
from playground.web.frame.crowd import Timers, crowd
from playground.web.frame.ticks import Ticks
from playground.web.frame.visits import before, visits

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SENT = {  # what the browser sends for pages of ours; `clear_cache` and others are not among them
    "rerun_script",
    "stop_script",
    "app_heartbeat",
    "file_urls_request",
    "backend_operation_request",
}
ASKED = {"deferred_file", "dataframe_chunk"}  # of backend operations: downloads and tables
RATE, BURST = 16.0, 64.0  # messages a second of one socket: a page that plays sends 4 to 8
TOO_MANY = 600  # messages in a row that came too fast
VISITORS = int(os.environ.get("PLAYGROUND_VISITORS", "500"))
VISITORS_PER_ADDRESS = int(os.environ.get("PLAYGROUND_VISITORS_PER_ADDRESS", "300"))
FILES, FILE_BYTES = 8, 20_000_000  # of one visit; the oldest makes room for a new one
UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+$")
# Paths of what pages are made of; all others are pages, whose visitors are counted.
PARTS = re.compile(r"/(_stcore|assets|static|media|component)/|\.\w+$")
FULL = "The playground is full: {} visitors are here now. Please try again in a few minutes."
CROWDED = "{} pages are open from your address, and no more may be. Please close some of them."
FAST = "This page sent far more messages than anybody can click. Load it again to go on."
UNASKED = "No page of this visit asks for a file: open the page that does, and bring it there."
# As if the page had a part with a timer: its first message lets the page say what it shows.
WAKING = "wake"
TIMER = AutoRerun(interval=0.2, fragment_id=WAKING)
WAKE = ForwardMsg(auto_rerun=TIMER).SerializeToString()
HIDDEN = ("/_stcore/metrics", "/_stcore/script-health-check")  # an operator's, not everybody's


class Gate:
    """ASGI middleware: counts visitors, paces their messages, keeps uploads to what was asked."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.addresses: Counter[str] = Counter()  # open sockets

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what may come in."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http" and (refusal := self._refusal(scope)):
            await refusal(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, scope: Message) -> PlainTextResponse | None:
        path = scope["path"]
        if path.endswith(HIDDEN):
            return PlainTextResponse("Not found", 404)
        if scope["method"] in ("GET", "HEAD") and not PARTS.search(path):
            return self._full(scope)
        if scope["method"] == "PUT" and (asked := UPLOAD.search(path)):
            if not asks_for_a_file(asked[1]):
                return PlainTextResponse(UNASKED, 403)
            make_room(asked[1])
        return None

    def _full(self, scope: Message) -> PlainTextResponse | None:
        """Why nobody more can come in, if so: 503, or 429 where it is for one address."""
        here, near = self.addresses.total(), self.addresses[_address(scope)]
        if here >= VISITORS:
            return PlainTextResponse(FULL.format(here), 503, {"retry-after": "120"})
        if near >= VISITORS_PER_ADDRESS:
            return PlainTextResponse(CROWDED.format(near), 429, {"retry-after": "120"})
        return None

    async def _socket(self, scope: Message, receive: Receive, send: Send) -> None:
        if refusal := self._full(scope):
            await receive()
            await refusal(scope, receive, send)
            return
        address = _address(scope)
        self.addresses[address] += 1
        line = Paced(receive, send, forgotten=_forgotten(scope))
        try:
            await self.app(scope, line.receive, line.send)
        finally:
            self.addresses[address] -= 1
            self.addresses += Counter()  # drops those at 0


def _address(scope: Message) -> str:
    return (scope.get("client") or ("",))[0]


def _forgotten(scope: Message) -> bool:
    """Whether a page comes back from a visit that is over: the server was killed, say."""
    headers = dict(scope.get("headers", ()))
    session = before(headers.get(b"sec-websocket-protocol", b"").decode("latin-1"))
    return bool(session) and not visits.knows(session)


class Paced:
    """What one socket sends: looked through, and no faster than a page of ours sends.

    forgotten: the page is one of a visit that is over. Nothing of it is known here, so it is asked
    to run as a whole, at once rather than at the next click.
    """

    def __init__(self, receive: Receive, send: Send, forgotten: bool = False) -> None:
        self._receive, self._send, self._forgotten = receive, send, forgotten
        self._left, self._when, self._fast = BURST, time.monotonic(), 0
        self._timers, self._ticks = Timers(crowd), Ticks()

    async def send(self, message: Message) -> None:
        """Hand on what the server answers."""
        await self._send(message)
        if sent := message.get("bytes"):
            self._ticks.hear(sent)
        if self._forgotten and message["type"] == "websocket.accept":
            await self._send({"type": "websocket.send", "bytes": WAKE})

    async def receive(self) -> Message:
        """The next message that may go on; the end, where there were far too many."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            if (wait := self._take(time.monotonic())) > 0:
                if self._fast > TOO_MANY:
                    await self._send({"type": "websocket.close", "code": 1008, "reason": FAST})
                    return {"type": "websocket.disconnect", "code": 1008}
                await asyncio.sleep(wait)
            data, timer = cleaned(message.get("bytes") or b"")
            if data and self._forgotten and (whole := of_the_whole_page(data)):
                data, timer, self._forgotten = whole, "", False
            if timer == WAKING:
                continue  # it has done what it was for
            if data is None or (timer and self._answered(timer, data)):
                continue
            await self._ticks.rest()
            return {**message, "bytes": data}

    def _answered(self, timer: str, data: bytes) -> bool:
        """Whether a timer's message has done all that it may."""
        if not self._timers.due(timer, time.monotonic()):
            return True
        return self._ticks.take(BackMsg.FromString(data))

    def _take(self, now: float) -> float:
        """Count one message; how many seconds it has to wait."""
        self._left = min(BURST, self._left + (now - self._when) * RATE) - 1
        self._when = now
        self._fast = self._fast + 1 if self._left < 0 else 0
        return -self._left / RATE


def of_the_whole_page(data: bytes) -> bytes:
    """The message, asking for a run of the whole page; nothing where it asks for no run."""
    message = BackMsg()
    message.ParseFromString(data)
    if not message.HasField("rerun_script"):
        return b""
    message.rerun_script.ClearField("fragment_id")
    message.rerun_script.ClearField("is_auto_rerun")
    return message.SerializeToString()


def cleaned(data: bytes) -> tuple[bytes | None, str]:
    """A message without what must not reach Streamlit; None where nothing is left of it.

    Besides: which fragment's timer sent it, if one did.

    Presses in the messages of timers: the browser (Streamlit 1.67) sends a press a moment after it
    happened. If the timer of a `run_every` fragment fires in that moment, its message carries the
    press too, and it would be carried out twice: Pause, then Play again.

    What components send, where it is no JSON that can be read: Streamlit would fail over it, and
    over a state of a component again at every later run of the page.
    """
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        events.refuse("no message")
        return None, ""
    kind = message.WhichOneof("type") or "nothing"
    operation = message.backend_operation_request.WhichOneof("payload")
    if kind not in SENT or (kind == "backend_operation_request" and operation not in ASKED):
        events.refuse(f"a message of kind {operation or kind}")
        return None, ""
    rerun = message.rerun_script
    timer, widgets = rerun.is_auto_rerun, rerun.widget_states.widgets
    passing = [widget for widget in widgets if _passes(widget, timer)]
    if len(passing) < len(widgets):
        del widgets[:]
        widgets.extend(passing)
        data = message.SerializeToString()
    return data, rerun.fragment_id if timer else ""


def _passes(widget: WidgetState, timer: bool) -> bool:
    """Whether the state of a widget may go on. timer: it comes with a timer's message."""
    kind = widget.WhichOneof("value") or ""
    if timer and "trigger" in kind:
        return False
    text = getattr(widget, kind) if kind.startswith("json") else ""
    return not text or events.readable(text)


def asks_for_a_file(session: str) -> bool:
    """Whether a page of this visit shows a widget that takes files."""
    visit = Runtime.instance().get_app_session(session) if Runtime.exists() else None
    if visit is None:
        return False
    widgets = visit.session_state._new_widget_state.widget_metadata.values()
    return any(widget.value_type == "file_uploader_state_value" for widget in list(widgets))


def make_room(session: str) -> None:
    """Drop a visit's oldest files, which were read long since, for one more."""
    manager = Runtime.instance().uploaded_file_mgr
    if not isinstance(manager, MemoryUploadedFileManager):
        return
    files = list(manager.file_storage.get(session, {}).items())
    taken = sum(len(file.data) for _, file in files)
    while files and (len(files) >= FILES or taken > FILE_BYTES):
        name, file = files.pop(0)
        taken -= len(file.data)
        manager.remove_file(session, name)

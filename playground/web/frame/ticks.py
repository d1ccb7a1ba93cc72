"""A page's timers answered without a run of its script: half the work, and nothing starts anew.

For every message of a timer Streamlit starts a thread, tells the browser of a new session with its
theme and its pages, and says when it has ended. A fragment that draws what it drew before, in the
same places, needs none of that: it is drawn here, those of all visitors one after the other, and
only what changed is sent. Whatever else it wants (a run of the whole page, another place, a
widget's press) is left to Streamlit, which gets the message as it came. A fragment may be
interrupted by Streamlit at any time, so it does no harm to begin it again.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner_utils.exceptions import ScriptControlException, StopException
from streamlit.runtime.scriptrunner_utils.script_run_context import (
    SCRIPT_RUN_CONTEXT_ATTR_NAME,
    ScriptRunContext,
    add_script_run_ctx,
)
from streamlit.runtime.session_manager import SessionClientDisconnectedError
from streamlit.runtime.state import SafeSessionState

Path = tuple[int, ...]
Shape = dict[Path, ForwardMsg]  # what a fragment has drawn, by its place
# Fragments that are drawn at a time, of all visitors. Python's lock lets one draw anyway, and goes
# from thread to thread: with four of them 50 who pressed Play at once got 0.0 to 1.7 pictures a
# second (`python -m tests.benchmarks.load --sessions 50`), with one 1.3 to 1.4, each.
AT_ONCE = 1
_places = asyncio.Semaphore(AT_ONCE)  # given to whoever asked first
_standing: ContextVar[dict[str, BidiComponent]] = ContextVar("standing")


class Ticks:
    """Those of one socket. session: the visit it belongs to, once it is known."""

    def __init__(self) -> None:
        self.session = ""
        self._shapes: dict[str, Shape] = {}
        self._task: asyncio.Task[None] | None = None
        self._begun = False  # it has its place

    def hear(self, data: bytes) -> None:
        """Take in what is sent to the browser: what stands where."""
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id
            if again := message.metadata.run.fragment_ids:
                self._shapes.update({fragment: {} for fragment in again})
            else:
                self._shapes.clear()
        elif kind == "delta" and message.delta.fragment_id:
            shape = self._shapes.setdefault(message.delta.fragment_id, {})
            shape[tuple(message.metadata.delta_path)] = message

    def take(self, message: BackMsg) -> bool:
        """Whether a timer's message is answered here, or is one too many."""
        if self._busy:
            return True  # the server is behind: what is drawn now is new enough
        manager = Runtime.instance()._session_mgr if self.session and Runtime.exists() else None
        visit = manager.get_active_session_info(self.session) if manager else None
        shape = self._shapes.get(message.rerun_script.fragment_id)
        if visit is None or not shape:
            return False
        if visit.session._scriptrunner is not None:
            return True  # the page is running: it draws this anew, and its timer comes again
        self._begun = False
        self._task = asyncio.create_task(self._answer(visit, message, dict(shape)))
        return True

    async def rest(self) -> None:
        """Wait until nothing is drawn: no script of this visit may run meanwhile.

        What still waits for its place is dropped: a press goes before pictures.
        """
        if self._busy and self._task is not None:
            if not self._begun:
                self._task.cancel()
            await asyncio.wait({self._task})

    @property
    def _busy(self) -> bool:
        return self._task is not None and not self._task.done()

    async def _answer(self, visit: Any, message: BackMsg, shape: Shape) -> None:
        async with _places:
            self._begun = True
            fragment = message.rerun_script.fragment_id
            news = await asyncio.to_thread(draw, visit.session, fragment, shape)
        if news is None:
            Runtime.instance().handle_backmsg(self.session, message, client=visit.client)
            return
        with suppress(SessionClientDisconnectedError):
            for part in news:
                visit.client.write_forward_msg(part)


def standing(key: str) -> BidiComponent | None:
    """The component called `key`, where a fragment is drawn again that has it already."""
    return _standing.get({}).get(key)


class _NoRuns:
    """In the place of Streamlit's requests: whoever asks for another run ends this one."""

    def request_rerun(self, data: object) -> None:
        raise StopException


def draw(session: AppSession, fragment: str, shape: Shape) -> list[ForwardMsg] | None:
    """What changes when a fragment is drawn; None where that takes a run of Streamlit's."""
    drawn: dict[Path, ForwardMsg] = {}

    def take(message: ForwardMsg) -> None:
        path = tuple(message.metadata.delta_path)
        if message.WhichOneof("type") != "delta" or path not in shape:
            raise StopException
        drawn[path] = message

    thread = threading.current_thread()
    add_script_run_ctx(thread, _context(session, fragment, take))
    parts = (message.delta.new_element.bidi_component for message in shape.values())
    _standing.set({part.id.split("-", 2)[-1]: part for part in parts if part.id})
    try:
        session._fragment_storage.lookup(fragment)()
    except (ScriptControlException, Exception):
        return None  # Streamlit says what is wrong, in its own way
    finally:
        delattr(thread, SCRIPT_RUN_CONTEXT_ATTR_NAME)
    if drawn.keys() != shape.keys():
        return None  # the browser drops what is left out only at the end of a run
    return [message for path, message in drawn.items() if message.hash != shape[path].hash]


def _context(session: AppSession, fragment: str, take: Any) -> ScriptRunContext:
    """As Streamlit's script runner makes it."""
    context = ScriptRunContext(
        session_id=session.id,
        _enqueue=take,
        query_string=session._client_state.query_string,
        session_state=SafeSessionState(session.session_state, lambda: None),
        uploaded_file_mgr=session._uploaded_file_mgr,
        main_script_path=session._script_data.main_script_path,
        user_info=session._user_info,
        fragment_storage=session._fragment_storage,
        pages_manager=session._pages_manager,
        on_script_error=lambda error: True,
        script_requests=_NoRuns(),  # type: ignore[arg-type]
        fragment_ids_this_run=[fragment],
    )
    context.on_script_start()
    return context

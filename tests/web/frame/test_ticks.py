"""A fragment that draws what it drew before is drawn without a run of Streamlit's."""

import asyncio
from contextvars import Context
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState
from streamlit.runtime.state import SessionState

from playground.views.packing import unpack
from playground.web.frame import live, ticks
from playground.web.frame.ticks import Ticks

LEFT_TO_STREAMLIT = {
    "a run of the page": st.rerun,
    "another run of its own": lambda: st.rerun(scope="app"),
    "an end": st.stop,
    "an error": lambda: 1 / 0,
    "a toast": lambda: st.toast("Look!"),
    "more than before": lambda: st.markdown("more"),
}


def session(fragment):
    """As much of a visit as is asked of Streamlit; names as `AppSession` has them."""
    storage = MemoryFragmentStorage()
    storage.register("map", fragment)
    return SimpleNamespace(
        id="ann",
        session_state=SessionState(),
        _fragment_storage=storage,
        _client_state=SimpleNamespace(query_string=""),
        _uploaded_file_mgr=None,
        _script_data=SimpleNamespace(main_script_path="app.py"),
        _user_info={},
        _pages_manager=SimpleNamespace(main_script_hash="", current_page_script_hash=""),
        _scriptrunner=None,
    )


@pytest.fixture
def page():
    """Draws `lines`, then what `last` does."""
    says = SimpleNamespace(lines=["one", "two"], last=lambda: None)

    def fragment():
        assert get_script_run_ctx().session_id == "ann"
        with ThreadState.scoped(fragment_id="map"):
            for line in says.lines:
                st.markdown(line)
            says.last()

    says.session = session(fragment)
    return says


ANYTHING = {(0, 0): ForwardMsg(), (0, 1): ForwardMsg()}


def shape(page):
    return {
        tuple(message.metadata.delta_path): message
        for message in ticks.draw(page.session, "map", ANYTHING)
    }


def test_only_what_changed_is_sent(page):
    before = shape(page)
    assert list(before) == [(0, 0), (0, 1)]
    assert ticks.draw(page.session, "map", before) == []
    page.lines[1] = "three"
    (news,) = ticks.draw(page.session, "map", before)
    assert news.delta.new_element.markdown.body == "three"
    assert get_script_run_ctx(suppress_warning=True) is None


@pytest.mark.parametrize("last", LEFT_TO_STREAMLIT.values(), ids=LEFT_TO_STREAMLIT)
def test_whatever_else_a_fragment_wants_is_left_to_streamlit(page, last):
    before = shape(page)
    page.last = last
    assert ticks.draw(page.session, "map", before) is None
    page.last, page.lines = lambda: None, ["one"]  # less than before
    assert ticks.draw(page.session, "map", before) is None
    assert ticks.draw(page.session, "gone", before) is None


def test_a_component_that_stands_gets_new_data_alone(page):
    """Its name, script and events were said when it was mounted."""
    before = ForwardMsg()
    part = before.delta.new_element.bidi_component
    part.id, part.js_content, part.bytes = "$$ID-0a1b-flow-map", "script", b"old"
    page.lines, page.last = ["one"], lambda: live.show("map", "flow-map", {"a": 1}, 100)
    standing = {(0, 0): ForwardMsg(), (0, 1): before}
    (_, news) = Context().run(ticks.draw, page.session, "map", standing)
    element = news.delta.new_element
    assert unpack(element.bidi_component.bytes) == {"a": 1}
    element.bidi_component.bytes = b"old"
    assert element.bidi_component == part and element.height_config.pixel_height == 100
    assert ticks.standing("flow-map") is None  # outside


def drawn(path, fragment="map"):
    message = ForwardMsg(hash=str(path))
    message.metadata.delta_path.extend(path)
    message.delta.fragment_id = fragment
    message.delta.new_element.markdown.body = "x"
    return message.SerializeToString()


def begun(*fragments):
    message = ForwardMsg()
    message.new_session.initialize.session_id = "ann"
    message.metadata.run.fragment_ids.extend(fragments)
    return message.SerializeToString()


@pytest.fixture
def server(monkeypatch, page):
    """A server with one visit: what it sends, and what is left to Streamlit."""
    sent, left = [], []
    client = SimpleNamespace(write_forward_msg=sent.append)
    visit = SimpleNamespace(session=page.session, client=client)
    manager = SimpleNamespace(get_active_session_info=lambda name: visit if name == "ann" else None)
    fake = SimpleNamespace(
        _session_mgr=manager, handle_backmsg=lambda name, back, client: left.append(name)
    )
    monkeypatch.setattr(ticks.Runtime, "exists", staticmethod(lambda: True))
    monkeypatch.setattr(ticks.Runtime, "instance", staticmethod(lambda: fake))
    return SimpleNamespace(sent=sent, left=left)


def beat(fragment="map"):
    made = BackMsg()
    made.rerun_script.fragment_id = fragment
    return made


def taken(line, *beats):
    async def take():
        answers = [line.take(message) for message in beats]
        await asyncio.sleep(0)  # it gets its place
        await line.rest()
        return answers

    return asyncio.run(take())


def test_a_timer_is_answered_once_its_fragment_has_stood(page, server):
    line = Ticks()
    assert taken(line, beat()) == [False]  # of no visit yet
    line.hear(begun())
    assert taken(line, beat()) == [False]  # nothing stands yet
    for path in ANYTHING:
        line.hear(drawn(path))
    assert taken(line, beat(), beat()) == [True, True]  # the second comes while it is drawn
    assert [part.delta.new_element.markdown.body for part in server.sent] == ["one", "two"]
    for part in server.sent:
        line.hear(part.SerializeToString())
    assert taken(line, beat()) == [True] and len(server.sent) == 2  # nothing has changed
    assert not server.left


def test_a_press_goes_before_pictures_that_wait_for_their_place(page, server, monkeypatch):
    """A crowd may ask for many; what has begun ends first."""
    line = Ticks()
    for message in (begun(), drawn((0, 0)), drawn((0, 1))):
        line.hear(message)

    async def press():
        monkeypatch.setattr(ticks, "_places", asyncio.Semaphore(0))
        assert line.take(beat())
        await asyncio.wait_for(line.rest(), 20)
        monkeypatch.setattr(ticks, "_places", asyncio.Semaphore(1))
        assert line.take(beat())
        await asyncio.sleep(0)
        await line.rest()

    asyncio.run(press())
    assert len(server.sent) == 2  # of the second alone


def test_what_it_cannot_draw_is_streamlits_and_a_page_that_runs_needs_no_timer(page, server):
    line = Ticks()
    for message in (begun(), drawn((0, 0)), drawn((0, 1)), drawn((0, 2), "other")):
        line.hear(message)
    page.last = st.rerun
    assert taken(line, beat()) == [True]
    assert server.left == ["ann"] and not server.sent
    page.session._scriptrunner = object()
    assert taken(line, beat()) == [True] and server.left == ["ann"]
    page.session._scriptrunner = None
    line.hear(begun("map"))  # it runs anew
    assert taken(line, beat()) == [False]


def test_streamlit_has_what_is_asked_of_it(page):
    from streamlit.runtime.app_session import AppSession

    made = AppSession.__init__.__code__.co_names
    for name in vars(page.session).keys() - {"id", "session_state"}:
        assert name in made, name

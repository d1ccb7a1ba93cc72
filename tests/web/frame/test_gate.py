"""What may come in: messages, uploads and visitors."""

import asyncio
from types import SimpleNamespace

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from playground.web.frame import gate
from playground.web.frame.gate import Gate


def message(auto):
    """A rerun with a slider's value, a pressed button and an event of a component."""
    made = BackMsg()
    made.rerun_script.is_auto_rerun = auto
    made.rerun_script.fragment_id = "live" if auto else ""
    states = made.rerun_script.widget_states.widgets
    states.add(id="slider", double_array_value={"data": [3]})
    states.add(id="button", trigger_value=True)
    states.add(id="drawing", json_trigger_value='[{"event": "edit"}]')
    return made.SerializeToString()


def passed_on(received, kind="websocket"):
    """What the application behind the gate receives; the end of the line comes after it."""
    heard, line = [], [{"type": "websocket.disconnect"}, received]

    async def app(scope, receive, send):
        heard.append(await receive())

    async def receive():
        return line.pop()

    asyncio.run(Gate(app)({"type": kind, "path": "/", "method": "GET"}, receive, None))
    return heard[0]


def widgets(received):
    back = BackMsg()
    back.ParseFromString(received["bytes"])
    return [state.id for state in back.rerun_script.widget_states.widgets]


def test_a_timer_carries_no_presses():
    received = passed_on({"type": "websocket.receive", "bytes": message(auto=True)})
    assert widgets(received) == ["slider"]


def test_timers_wait_in_a_crowd_and_presses_never(monkeypatch):
    monkeypatch.setattr(gate.crowd, "pause", 2.0)
    now = [100.0]
    monkeypatch.setattr(gate.time, "monotonic", lambda: now[0])
    line, heard = [], []

    async def receive():
        return line.pop(0)

    paced = gate.Paced(receive, None)
    for auto in (True, True, False, True):  # within a moment
        line.append({"type": "websocket.receive", "bytes": message(auto)})
    line.append({"type": "websocket.disconnect"})
    while (received := asyncio.run(paced.receive()))["type"] != "websocket.disconnect":
        heard.append(widgets(received))
    assert heard == [["slider"], ["slider", "button", "drawing"]]
    now[0] += 2.5
    line += [{"type": "websocket.receive", "bytes": message(auto=True)}]
    assert widgets(asyncio.run(paced.receive())) == ["slider"]


def test_a_press_arrives_with_the_message_of_its_own():
    sent = {"type": "websocket.receive", "bytes": message(auto=False)}
    assert passed_on(sent) == sent


def test_what_is_no_message_goes_no_further(caplog):
    assert passed_on({"type": "websocket.connect"}) == {"type": "websocket.connect"}
    for rubbish in ({"text": "hello"}, {"bytes": b"\xff\xff no message"}, {"bytes": b""}):
        caplog.clear()
        received = passed_on({"type": "websocket.receive", **rubbish})
        assert received["type"] == "websocket.disconnect" and "refused" in caplog.text


@pytest.mark.parametrize("rubbish", ["[" * 300, "9" * 5000, "NaN", "{"])
def test_what_a_component_cannot_have_sent_is_taken_out(rubbish):
    made = BackMsg()
    made.ParseFromString(message(auto=False))
    made.rerun_script.widget_states.widgets.add(id="pad", json_value=rubbish)
    made.rerun_script.widget_states.widgets.add(id="kernel", json_trigger_value=rubbish)
    made.rerun_script.widget_states.widgets.add(id="empty", json_value="")
    received = passed_on({"type": "websocket.receive", "bytes": made.SerializeToString()})
    assert widgets(received) == ["slider", "button", "drawing", "empty"]


@pytest.mark.parametrize("auto", [True, False])
def test_a_page_of_a_visit_that_is_over_runs_as_a_whole_at_once(auto):
    """The server was killed: it knows no part of the page, and the page knows nothing of it."""
    beat = BackMsg(app_heartbeat=True).SerializeToString()
    line = [{"type": "websocket.receive", "bytes": data} for data in (beat, message(auto))]
    line += [{"type": "websocket.receive", "bytes": wake()} for _ in range(2)]
    line.append({"type": "websocket.disconnect"})
    heard, said = [], []

    async def app(scope, receive, send):
        await send({"type": "websocket.accept"})
        while (received := await receive())["type"] == "websocket.receive":
            heard.append(received["bytes"])

    async def receive():
        return line.pop(0)

    async def send(message):
        said.append(message)

    scope = {"type": "websocket", "headers": [(b"sec-websocket-protocol", b"streamlit, x, old")]}
    asyncio.run(Gate(app)(scope, receive, send))
    assert said[1]["bytes"] == gate.WAKE  # whose timer `wake` is
    rerun = BackMsg.FromString(heard.pop()).rerun_script
    assert heard == [beat] and not rerun.fragment_id and not rerun.is_auto_rerun
    assert rerun.widget_states.widgets[0].id == "slider"


def wake():
    made = BackMsg()
    made.rerun_script.is_auto_rerun, made.rerun_script.fragment_id = True, gate.WAKING
    return made.SerializeToString()


FOREIGN = {
    "clear_cache": True,
    "set_run_on_save": True,
    "load_git_info": True,
    "debug_disconnect_websocket": True,
    "debug_shutdown_runtime": True,
}


@pytest.mark.parametrize("kind", [*FOREIGN, "install_skills", "nothing"])
def test_what_no_page_of_ours_sends_goes_no_further(kind, caplog):
    made = BackMsg()
    if kind in FOREIGN:
        setattr(made, kind, True)
    elif kind == "install_skills":
        made.backend_operation_request.install_skills.SetInParent()
    received = passed_on(
        {"type": "websocket.receive", "bytes": made.SerializeToString() or b"\x32\x00"}
    )
    assert received["type"] == "websocket.disconnect"
    assert "refused" in caplog.text


def test_every_kind_of_message_is_known_or_refused():
    kinds = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    assert kinds - gate.SENT == set(FOREIGN)


# ---- how fast ----


class Line:
    """A socket whose other end has sent everything already."""

    def __init__(self, count, monkeypatch):
        made = BackMsg()
        made.app_heartbeat = True
        self.left, self.waited, self.sent = [made.SerializeToString()] * count, 0.0, []
        monkeypatch.setattr(gate.time, "monotonic", lambda: self.waited)
        monkeypatch.setattr(gate.asyncio, "sleep", self.sleep)

    async def receive(self):
        if self.left:
            return {"type": "websocket.receive", "bytes": self.left.pop()}
        return {"type": "websocket.disconnect"}

    async def sleep(self, seconds):
        self.waited += seconds

    async def send(self, message):
        self.sent.append(message)

    def listen(self):
        """How many messages come through before the end."""

        async def count():
            paced, heard = gate.Paced(self.receive, self.send), 0
            while (await paced.receive())["type"] == "websocket.receive":
                heard += 1
            return heard

        return asyncio.run(count())


def test_what_a_page_sends_never_waits(monkeypatch):
    line = Line(60, monkeypatch)
    assert line.listen() == 60 and line.waited == 0


def test_a_flood_is_slowed_to_the_pace_of_a_page(monkeypatch):
    line = Line(500, monkeypatch)
    assert line.listen() == 500
    assert line.waited == pytest.approx((500 - gate.BURST) / gate.RATE, rel=0.05)
    assert not line.sent


def test_an_endless_flood_is_ended_in_a_sentence(monkeypatch):
    line = Line(100_000, monkeypatch)
    assert line.listen() < 1000
    assert line.sent == [{"type": "websocket.close", "code": 1008, "reason": gate.FAST}]
    assert len(gate.FAST.encode()) <= 123  # more does not fit into a close frame


# ---- how many ----


def answered(gate_, scope):
    answers = []

    async def send(message):
        answers.append(message)

    async def receive():
        return {"type": "websocket.connect"}

    asyncio.run(gate_(scope, receive, send))
    return answers


def asked(path, method="GET", address="1.2.3.4"):
    return {"type": "http", "path": path, "method": method, "client": (address, 1), "headers": []}


def test_a_full_house_says_so(monkeypatch):
    monkeypatch.setattr(gate, "VISITORS", 3)
    monkeypatch.setattr(gate, "VISITORS_PER_ADDRESS", 2)
    inside = []

    async def app(scope, receive, send):
        inside.append(scope["type"])
        if scope["type"] == "websocket" and len(inside) < 3:
            socket = {"type": "websocket", "client": ("1.2.3.4", 1)}
            await door(socket, receive, send)

    door = Gate(app)
    answers = answered(door, {"type": "websocket", "client": ("1.2.3.4", 1)})
    assert len(inside) == 2  # the third of this address
    assert answers[0]["type"] == "websocket.http.response.start" and answers[0]["status"] == 429
    assert b"open from your address" in answers[1]["body"]
    assert not door.addresses  # all have left
    door.addresses.update({"9.9.9.9": 3})
    assert answered(door, {"type": "websocket", "client": ("1.2.3.4", 1)})[0]["status"] == 503
    for path in ("/", "/digits", "/base/draw/", "/nothing"):
        for method in ("GET", "HEAD"):
            start, _ = answered(door, asked(path, method))
            assert start["status"] == 503, path
        assert b"try again in a few minutes" in answered(door, asked(path))[1]["body"]
    before = len(inside)
    parts = [
        "/_stcore/health",
        "/static/js/index.x.js",
        "/assets/web/lib/common.js",
        "/favicon.png",
    ]
    for part in parts:  # who is inside stays served
        assert not answered(door, asked(part))
    assert len(inside) == before + len(parts)


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/base/_stcore/metrics"])
def test_figures_of_the_server_are_not_for_everybody(path):
    assert answered(Gate(None), asked(path))[0]["status"] == 404


# ---- files ----


@pytest.fixture
def runtime(monkeypatch):
    """A server with one visit, "ann", whose page has the widgets in `kinds`."""
    kinds = ["string_value"]

    def session(name):
        widgets = {str(n): SimpleNamespace(value_type=kind) for n, kind in enumerate(kinds)}
        state = SimpleNamespace(_new_widget_state=SimpleNamespace(widget_metadata=widgets))
        return SimpleNamespace(session_state=state) if name == "ann" else None

    manager = MemoryUploadedFileManager("/_stcore/upload_file")
    fake = SimpleNamespace(get_app_session=session, uploaded_file_mgr=manager, kinds=kinds)
    monkeypatch.setattr(gate.Runtime, "exists", staticmethod(lambda: True))
    monkeypatch.setattr(gate.Runtime, "instance", staticmethod(lambda: fake))
    return fake


def upload(session="ann"):
    arrived = []

    async def app(scope, receive, send):
        arrived.append(scope["path"])

    answers = answered(Gate(app), asked(f"/_stcore/upload_file/{session}/1", "PUT"))
    return answers[0]["status"] if answers else len(arrived)


def test_a_file_comes_in_where_a_page_asks_for_one(runtime):
    assert upload() == 403
    runtime.kinds.append("file_uploader_state_value")
    assert upload() == 1
    assert upload("bob") == 403


def test_files_of_a_visit_are_bounded_and_the_newest_stay(runtime, monkeypatch):
    monkeypatch.setattr(gate, "FILE_BYTES", 500)
    runtime.kinds.append("file_uploader_state_value")
    for number in range(30):
        assert upload() == 1
        data = bytes(100 if number < 20 else 200)
        runtime.uploaded_file_mgr.add_file("ann", UploadedFileRec(str(number), "a", "b", data))
        files = runtime.uploaded_file_mgr.file_storage["ann"]
        assert len(files) <= gate.FILES
        assert sum(len(file.data) for file in files.values()) <= 500 + 200
    assert "29" in files and "28" in files


def test_streamlit_keeps_what_the_gate_asks_it_for():
    """The names of Streamlit's own that `asks_for_a_file` reads."""
    from streamlit.runtime.app_session import AppSession
    from streamlit.runtime.state.session_state import SessionState

    assert isinstance(AppSession.session_state, property)
    assert SessionState()._new_widget_state.widget_metadata == {}

"""What surrounds Streamlit's own server."""

import asyncio
from urllib.parse import unquote

import pytest
from starlette.routing import Router
from streamlit.proto.BackMsg_pb2 import BackMsg

from playground.web.frame import server
from playground.web.frame.server import MessageFilter


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
    """What the application behind the middleware receives."""
    heard = []

    async def app(scope, receive, send):
        heard.append(await receive())

    async def receive():
        return received

    asyncio.run(MessageFilter(app)({"type": kind}, receive, None))
    return heard[0]


def widgets(received):
    back = BackMsg()
    back.ParseFromString(received["bytes"])
    return [state.id for state in back.rerun_script.widget_states.widgets]


def test_a_timer_carries_no_presses():
    received = passed_on({"type": "websocket.receive", "bytes": message(auto=True)})
    assert widgets(received) == ["slider"]


def test_a_press_arrives_with_the_message_of_its_own():
    sent = {"type": "websocket.receive", "bytes": message(auto=False)}
    assert passed_on(sent) == sent


@pytest.mark.parametrize(
    "sent",
    [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "hello"},
        {"type": "websocket.receive", "bytes": b"\xff\xff no message"},
    ],
)
def test_everything_else_passes_unchanged(sent):
    assert passed_on(sent) == sent


@pytest.mark.parametrize("rubbish", ["[" * 300, "9" * 5000, "NaN", "{"])
def test_what_a_component_cannot_have_sent_is_taken_out(rubbish):
    made = BackMsg()
    made.ParseFromString(message(auto=False))
    made.rerun_script.widget_states.widgets.add(id="pad", json_value=rubbish)
    made.rerun_script.widget_states.widgets.add(id="kernel", json_trigger_value=rubbish)
    made.rerun_script.widget_states.widgets.add(id="empty", json_value="")
    received = passed_on({"type": "websocket.receive", "bytes": made.SerializeToString()})
    assert widgets(received) == ["slider", "button", "drawing", "empty"]


def status(name):
    """What a request for a file of ours is answered with."""
    answers = []

    async def send(message):
        answers.append(message)

    scope = {"type": "http", "method": "GET", "path": "/assets/" + unquote(name), "headers": []}
    asyncio.run(Router(server.routes())(scope, None, send))
    return answers[0]["status"]


def test_our_files_are_served():
    for name in ("web/lib/common.js", "plotly.min.js", "data/circle.svg"):
        assert status(name) == 200


@pytest.mark.parametrize(
    "name",
    [
        "x" * 300,
        "x" * 300 + ".js",
        "a/" * 2000 + "b.js",
        "web/lib/common.js/x.js",
        "web/lib.js",
        "web",
        "",
        "%00.js",
        "%ff.js",
        "%2e%2e/app.py",
        "data/" + "x" * 5000,
        "data/%00.svg",
        "web/lib/common.js%20",
    ],
)
def test_a_name_that_no_file_has_is_not_found(name):
    assert status(name) == 404

"""What surrounds Streamlit's own server."""

import asyncio

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from playground.web.frame.server import PressOnce


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

    asyncio.run(PressOnce(app)({"type": kind}, receive, None))
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

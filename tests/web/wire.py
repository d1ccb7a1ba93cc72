"""What a browser sends for a live component, given to a page under `AppTest`."""

from __future__ import annotations

import json
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

STATES = {"drawing", "kernel", "start"}  # events that stay the state of their component


def mounted(page: AppTest, key: str) -> Any:
    """The message that mounts the component called `key`."""
    [element] = [
        element for element in page.get("bidi_component") if element.proto.id.endswith(f"-{key}")
    ]
    return element.proto


def send(page: AppTest, key: str, event: str, value: Any) -> AppTest:
    """Run the page as after `setTriggerValue(event, value)` (or `setStateValue`) in it."""
    name, widgets = mounted(page, key).id, page._tree.get_widget_states()
    if event in STATES:
        widgets.widgets.add(id=name, json_value=json.dumps({event: value}))
    else:
        trigger = json.dumps([{"event": event, "value": value}])
        widgets.widgets.add(id=_make_trigger_id(name, "events"), json_trigger_value=trigger)
    return page._run(widgets)

"""Components that keep their place on the page while data streams through them.

`st.plotly_chart` mounts anew with every change: blank two thirds of the time at four updates a
second. A component of ours is mounted once by its key; each update is one packed message, and
identical bytes are not sent again, so a paused page is silent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, cast

import streamlit as st
from streamlit.elements.lib.layout_utils import LayoutConfig
from streamlit.proto.BidiComponent_pb2 import BidiComponent

from playground.views.packing import pack
from playground.web.frame import events, ticks, visit

# Streamlit runs this text from a blob: address, where relative imports do not work. The address of
# its own bundle tells where the app lives, also under server.baseUrlPath or behind a proxy.
_STUB = """
const script = document.querySelector('script[src*="static/js/"]');
const base = script ? script.src.split("static/js/")[0] : location.origin + "/";
const view = import(base + "assets/web/NAME/NAME.js");
const language = import(base + "assets/web/lib/language.js");
export default async component => {
  (await language).follow(component.parentElement.getRootNode());
  return (await view).default(component, base + "assets/");
};
"""


@dataclass
class _Ears:
    """Who hears the events of each component, as it was drawn last."""

    acts: dict[str, dict[str, Callable[[Any], object]]] = field(default_factory=dict, repr=False)


@cache
def component(name: str) -> Any:
    """The component of `assets/web/<name>/`; only this short stub travels with its data."""
    isolated = name != "live_plotly"  # Plotly's own style sheet does not reach a shadow root
    return st.components.v2.component(name, js=_STUB.replace("NAME", name), isolate_styles=isolated)


def show(
    name: str,
    key: str,
    payload: dict[str, Any],
    height: int | str = "content",
    **heard: Callable[[Any], object],
) -> None:
    """Mount `assets/web/<name>/<name>.js` as `key`, or hand it new data.

    payload: a header for `pack`. heard: who is called with an event, by the event's name; it comes
    as the model that `events` has for it.
    """
    visit.state(_Ears).acts[key] = heard
    if (part := ticks.standing(key)) is not None:
        renewed = BidiComponent()
        renewed.CopyFrom(part)
        renewed.bytes = pack(payload)
        _mount(renewed, height)
        return
    calls = {
        f"on_{event}_change": partial(events.deliver, name, key, event, partial(_hear, key, event))
        for event in heard
    }
    component(name)(key=key, data=pack(payload), height=height, **calls)


def _mount(part: BidiComponent, height: int | str) -> None:
    """Streamlit's last step alone: its name, its events and their callbacks are known already."""
    layout = LayoutConfig(width="stretch", height=cast(Any, height))
    st._main._enqueue("bidi_component", part, layout_config=layout)


def _hear(key: str, event: str, message: Any) -> None:
    visit.state(_Ears).acts[key][event](message)


def chart(
    figure: dict[str, Any], key: str, height: int, label: str, **heard: Callable[[Any], object]
) -> None:
    """A Plotly chart that stays: zoom, hover and legend survive every update.

    figure: ``{"data": […], "layout": {…}}`` of plain values and NumPy arrays; its colours, except
    those it sets itself, follow the page's theme. label: what a screen reader says.
    """
    payload = {"figure": figure, "height": height, "label": label}
    show("live_plotly", key, payload, height, **heard)

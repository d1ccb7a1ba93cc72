"""The network on the page, and what a click in it does."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.views import network
from playground.web import edit, layout, live, panels
from playground.web.desk import Desk

NEW_LAYER = {"type": "dense", "units": 2, "activation": "tanh"}


def place(desk: Desk) -> Any:
    """The title; returns the place that `draw` fills."""
    with st.container(key="network", gap=6):
        plan = None if desk.problem else desk.experiment.plan()
        note = f"{plan.parameters:,} numbers to learn" if plan else "cannot run yet"
        with st.container(key="nethead", horizontal=True, vertical_alignment="center", gap=8):
            layout.title("Network", note, width="stretch")
            panels.choose(desk)
        graph = st.container(key="stale" if desk.problem else "graph")
        panels.place(desk)
    return graph


def draw(desk: Desk, where: Any, snapshot: Any) -> None:
    """The drawing, up to date."""
    with where:
        if snapshot.status == "compiling":
            st.markdown(f":material/hourglass_top: {snapshot.message}")
            return
        height = network.HEIGHT - (panels.HEIGHT if panels.opened() else 0)
        live.show("network", f"{desk.name}_network", network.payload(snapshot, height),
                  on_edit_change=lambda: clicked(desk))


def clicked(desk: Desk) -> None:
    """Carry out the edit that the drawing asked for."""
    event = st.session_state[f"{desk.name}_network"].edit
    if event:
        apply(desk, event)


def apply(desk: Desk, event: dict[str, Any]) -> None:
    """{verb: units | activation | add | remove | move | weight | bias, layer, …} from the drawing.

    What does not fit the Experiment any more (a click that came too late) is left alone.
    """
    now, verb, layer = desk.experiment, event.get("verb"), event.get("layer")
    if not isinstance(layer, int) or not 0 <= layer < len(now.layers):
        return
    if verb == "units":
        desk.put(("layers", layer, "units"), max(1, now.layers[layer].units + event["by"]))
    elif verb == "activation":
        desk.put(("layers", layer, "activation"), event["name"])
    elif verb == "add":
        like = now.layers[layer - 1].described() if layer else NEW_LAYER
        desk.change_to(edit.add_layer(now, layer, {**NEW_LAYER, "activation":
                                                   like.get("activation", "tanh")}))
    elif verb == "remove":
        desk.change_to(edit.remove_layer(now, layer))
    elif verb == "move" and 0 <= layer + event["by"] < len(now.layers):
        desk.change_to(edit.move_layer(now, layer, event["by"]))
    elif verb in ("weight", "bias"):
        desk.set_parameter(f"{layer}.{verb}", _index(event), float(event["value"]))
        return  # nothing but the drawing and the map changes
    desk.changed = True


def _index(event: dict[str, Any]) -> tuple[int, ...]:
    return (event["to"],) if event["verb"] == "bias" else (event["to"], event["from"])

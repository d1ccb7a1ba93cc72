"""The network on the page, and what a click in it does."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.engine import registry
from playground.experiment import Experiment, edits
from playground.views import network
from playground.web.frame import layout, live, session
from playground.web.frame.desk import Desk
from playground.web.parts import forms
from playground.web.points import numbers, panels


def place(desk: Desk) -> Any:
    """The title; returns the place that `draw` fills."""
    desk.changed = False  # this run of the page shows it; what is said from now on is news
    with st.container(key="network", gap=6):
        plan = None if desk.problem else desk.experiment.plan()
        note = f"{plan.parameters:,} numbers to learn" if plan else "cannot run yet"
        with st.container(key="nethead", horizontal=True, vertical_alignment="center", gap=8):
            layout.title("Network", note, width="stretch")
            panels.choose(desk)
        graph = st.container(key="stale" if desk.problem else "graph")
        panels.place(desk)
    _settings(desk)
    return graph


def draw(desk: Desk, where: Any, snapshot: Any) -> None:
    """The drawing, up to date."""
    with where:
        if snapshot.status == "compiling":
            st.markdown(f":material/hourglass_top: {snapshot.message}")
            return
        height = network.HEIGHT - (panels.HEIGHT if panels.opened() else 0)
        payload = network.payload(
            snapshot, height, not desk.controls.fixes("layers"), panels.opened() == "Numbers"
        )
        payload["curvesFixed"] = desk.controls.fixes("activation")
        live.show("network", f"{desk.name}_network", payload, on_edit_change=lambda: clicked(desk))


def clicked(desk: Desk) -> None:
    """Carry out the edit that the drawing asked for."""
    event = st.session_state[f"{desk.name}_network"].edit
    if event:
        apply(desk, event)


def apply(desk: Desk, event: dict[str, Any]) -> None:
    """{verb: units | activation | add | remove | move | settings | weight | bias | choose, layer,
    …} from the drawing.

    What does not fit the Experiment any more (a click that came too late) is left alone.
    """
    now, verb, layer = desk.experiment, event.get("verb"), event.get("layer")
    if not isinstance(layer, int) or not 0 <= layer < len(now.layers):
        return
    part = now.layers[layer]
    if verb == "units":
        desk.put(("layers", layer, "units"), max(1, part.units + event["by"]))
    elif verb == "activation":
        field = registry.get("layer", part.type).curve_option
        desk.put(("layers", layer, field), event["name"])
    elif verb == "add":
        desk.change_to(edits.add_layer(now, layer, _new(now, layer, event.get("kind"))))
    elif verb == "remove":
        desk.change_to(edits.remove_layer(now, layer))
    elif verb == "move" and 0 <= layer + event["by"] < len(now.layers):
        desk.change_to(edits.move_layer(now, layer, event["by"]))
    elif verb == "settings":
        session.remember("settings", dict)["layer"] = layer
    elif verb == "choose":
        numbers.choose(layer, event["to"], event["from"])
        panels.open_panel("Numbers")
        desk.touch()  # the buttons that close it again show from now on
    elif verb in ("weight", "bias"):
        desk.set_parameter(f"{layer}.{verb}", _index(event), float(event["value"]))
        if not panels.opened():
            return  # nothing but the drawing and the map changes
    desk.changed = True


def _new(now: Experiment, position: int, kind: str | None) -> dict[str, Any]:
    """A small layer of the same curve as the one before, or one of a kind that follows a layer."""
    if kind in registry.names("layer") and registry.get("layer", kind).follows:
        return {"type": kind}
    return edits.neurons(now, position)


def _index(event: dict[str, Any]) -> tuple[int, ...]:
    return (event["to"],) if event["verb"] == "bias" else (event["to"], event["from"])


def _settings(desk: Desk) -> None:
    """What a layer can be told, as the registry lists it; opened from its menu."""
    kept = session.remember("settings", dict)
    layer = kept.get("layer")
    if layer is None or layer >= len(desk.experiment.layers):
        return
    cls = registry.get("layer", desk.experiment.layers[layer].type)

    @st.dialog(f"Layer {layer + 1}: {cls.title}", on_dismiss=kept.clear)
    def form() -> None:
        st.caption(forms.first_line(cls))
        forms.options(desk, ("layers", layer), cls)
        if desk.changed:
            st.rerun()  # the page behind shows the change

    form()

"""The network on the page, and what a click in it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.engine import registry
from playground.experiment import Experiment, edits
from playground.training.snapshot import Snapshot
from playground.views import network
from playground.web.frame import events, layout, live, visit
from playground.web.frame.desk import Desk
from playground.web.parts import forms
from playground.web.points import numbers, panels


@dataclass
class Settings:
    """The layer whose settings are open."""

    layer: int | None = None

    def close(self) -> None:
        """No layer's."""
        self.layer = None


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


def draw(desk: Desk, where: Any, snapshot: Snapshot) -> None:
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
        live.show("network", f"{desk.name}_network", payload, edit=lambda edit: apply(desk, edit))


def apply(desk: Desk, edit: events.Edit) -> None:
    """Carry out what the drawing asked for.

    What does not fit the Experiment any more (a click that came too late) is left alone.
    """
    now, layer = desk.experiment, edit.layer
    if layer >= len(now.layers):
        return
    part = now.layers[layer]
    match edit:
        case events.Units(by=by) if "units" in _options(part):
            desk.put(("layers", layer, "units"), max(1, part.units + by))
        case events.Activation(name=name) if name in registry.names("activation"):
            field = registry.get("layer", part.type).curve_option
            if field not in _options(part):
                return
            desk.put(("layers", layer, field), name)
        case events.Addition(kind=kind):
            desk.change_to(edits.add_layer(now, layer, _new(now, layer, kind)))
        case events.OfLayer(verb="remove"):
            desk.change_to(edits.remove_layer(now, layer))
        case events.OfLayer(verb="settings"):
            visit.state(Settings).layer = layer
        case events.Move(by=by) if 0 <= layer + by < len(now.layers):
            desk.change_to(edits.move_layer(now, layer, by))
        case events.Choice(to=to, source=source):
            numbers.choose(layer, to, source)
            panels.open_panel("Numbers")
            desk.touch()  # the buttons that close it again show from now on
        case events.Weight() | events.Bias():
            _set_number(desk, edit)
            if not panels.opened():
                return  # nothing but the drawing and the map changes
        case _:
            return
    desk.changed = True


def _options(part: Any) -> set[str]:
    """What a layer can be told."""
    return {option.name for option in registry.options(registry.get("layer", part.type))}


def _new(now: Experiment, position: int, kind: str | None) -> dict[str, Any]:
    """A small layer of the same curve as the one before, or one of a kind that follows a layer."""
    if kind in registry.names("layer") and registry.get("layer", kind).follows:
        return {"type": kind}
    return edits.neurons(now, position)


def _set_number(desk: Desk, edit: events.Weight | events.Bias) -> None:
    index = (edit.to, edit.source) if isinstance(edit, events.Weight) else (edit.to,)
    desk.set_parameter(f"{edit.layer}.{edit.verb}", index, edit.value)


def _settings(desk: Desk) -> None:
    """What a layer can be told, as the registry lists it; opened from its menu."""
    opened = visit.state(Settings)
    layer = opened.layer
    if layer is None or layer >= len(desk.experiment.layers):
        return
    cls = registry.get("layer", desk.experiment.layers[layer].type)

    @st.dialog(f"Layer {layer + 1}: {cls.title}", on_dismiss=opened.close)
    def form() -> None:
        st.caption(forms.first_line(cls))
        forms.options(desk, ("layers", layer), cls)
        if desk.changed:
            st.rerun()  # the page behind shows the change

    form()

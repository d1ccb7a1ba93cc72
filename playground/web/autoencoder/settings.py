"""What is chosen on the Autoencoder page: a preset, the points, β."""

from __future__ import annotations

import streamlit as st

from playground.engine import registry
from playground.experiment import Experiment, numerals
from playground.views import stack
from playground.web.frame import widgets
from playground.web.frame.desk import Desk
from playground.web.parts import forms, named, paint, point_sets

BETAS = (0.0, 0.1, 0.3, 0.5, 1.0, 2.0, 4.0, 10.0, 30.0, 100.0, 1000.0)


def menu(desk: Desk) -> None:
    """Named autoencoders, with a line each; each brings its data along."""

    def take(preset: Experiment) -> None:
        described = preset.described()
        if len(preset.data.make().shape) == len(desk.experiment.data.make().shape):
            described["data"] = desk.experiment.data.described()
        desk.change_to(described)

    now = stack.preset(desk.experiment)
    named.menu(desk, stack.autoencoders(), now.name if now else None, take)


def points(desk: Desk) -> None:
    """The first row of the stack, where it is points: which ones, how many, how noisy."""
    piece = type(desk.experiment.data.make())
    planar = [
        name
        for name in registry.names("data")
        if {"features", "noise"}
        <= {option.name for option in registry.options(registry.get("data", name))}
    ]
    with (
        st.container(key="io", horizontal=True, vertical_alignment="center", wrap=False),
        st.popover(
            f":material/scatter_plot: {piece.title}", type="tertiary", key=f"{desk.name}_data"
        ),
    ):
        forms.bound(
            desk,
            ("data", "type"),
            st.selectbox,
            "Points to learn from",
            list(dict.fromkeys([*planar, desk.experiment.data.type])),
            format_func=lambda name: registry.get("data", name).title,
            put=lambda name: paint.choose(desk, name),
        )
        shown = {option.name for option in registry.options(piece)}
        hidden = shown - {"samples", "noise", "train_fraction"}
        forms.options(desk, ("data",), piece, without=tuple(hidden))
        both = {"features": ["x1", "x2"]}
        point_sets.take(desk, lambda there: paint.put(desk, there.described() | both))


def beta(desk: Desk) -> None:
    """β of the layer that draws codes, to be moved while it trains."""
    place = next((n for n, layer in enumerate(desk.experiment.layers) if layer.make().coded), None)
    if place is None or desk.problem:
        return
    now = desk.experiment.layers[place].beta
    values, key = sorted({*BETAS, now}), f"{desk.name}_price"
    held = desk.controls.fixes("layers")
    widgets.put(key, now)
    st.select_slider(
        "β, the price of a code",
        values,
        key=key,
        disabled=held,
        format_func=lambda value: numerals.short(value, 4),
        on_change=lambda: desk.put(("layers", place, "beta"), widgets.value(key)),
        help="0: codes lie anywhere, and places between them mean nothing. 1: the variational "
        "bound. Large: all codes become alike. It acts at once, while the network trains.",
    )

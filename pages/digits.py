"""Digits: build a convolutional network, train it on MNIST, look inside."""

import streamlit as st

from playground.training.snapshot import Snapshot
from playground.web.frame import layout, session
from playground.web.images import digits, presets, sources
from playground.web.parts import readout, recipe, share, stack, transport, trouble

desk = session.open(digits.NAME, digits.default, digits.refuse)


def live(snapshot: Snapshot) -> None:
    """What changes while the network learns."""
    digits.clock(clock, snapshot)
    if readout.nothing_yet(snapshot):
        return
    pictures, errors = st.columns([608, 256], gap=24)
    with pictures, digits.last_run(desk):
        digits.curves(desk, snapshot)
        digits.first_layer(snapshot)
        digits.one_image(snapshot)
    with errors, digits.last_run(desk, "errors"):
        digits.examples(snapshot)
        digits.errors(snapshot)


with layout.page():
    clock = transport.bar(desk, verb="Train")
    with st.container(horizontal=True, vertical_alignment="center", gap=8):
        recipe.sentence(desk, "images", digits.BATCHES)
        share.menu(desk)
    trouble.show(desk, desk.snapshot(), layers=False)
    layers, training = st.columns([320, 888], gap=24)
    with layers:
        stack.editor(desk, lambda: presets.menu(desk), lambda: sources.row(desk))
        presets.try_this()
    with training, st.container(key="training"):
        session.follow(desk, live, here=True, fastest=digits.PACE)

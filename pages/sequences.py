"""Sequences: see what a network remembers, step by step, while it learns."""

import streamlit as st

from playground.training.snapshot import Snapshot
from playground.web.frame import layout, session
from playground.web.parts import recipe, share, stack, transport, trouble
from playground.web.sequences import presets, sequences, source

desk = session.open(sequences.NAME, sequences.default, sequences.refuse)


def live(snapshot: Snapshot) -> None:
    """What the clock and the curves say."""
    sequences.clock(clock, snapshot)
    sequences.curves(desk, snapshot)


with layout.page():
    clock = transport.bar(desk)
    with st.container(horizontal=True, vertical_alignment="center", gap=8):
        recipe.sentence(desk, "sequences", sequences.BATCHES)
        share.menu(desk)
    trouble.show(desk, desk.snapshot(), layers=False)
    left, training = st.columns([300, 908], gap=24)
    with left:
        stack.editor(desk, lambda: presets.menu(desk), lambda: source.row(desk), thing="sequence")
        session.follow(desk, live, here=True, fastest=sequences.PACE)
        sequences.try_this(desk)
    with training, st.container(key="training"):
        sequences.welcome(desk)
        sequences.view(desk)

"""Trees: watch decision trees, forests and boosting grow on the points of the Playground."""

import streamlit as st

from playground.training.snapshot import Snapshot
from playground.web.frame import layout, session
from playground.web.parts import share, transport, trouble
from playground.web.trees import drawing, output, settings, views

desk = session.open("trees", settings.default, settings.refuse)
with layout.page():
    clock = transport.bar(desk)
    with st.container(horizontal=True, vertical_alignment="center", gap=8):
        settings.sentence(desk)
        share.menu(desk)
    trouble.show(desk, desk.snapshot())
    left, centre, right = st.columns([208, 656, 320], gap=24)
    with left:
        settings.data(desk)
        settings.card(desk)
    with centre:
        tree = views.place(desk)
    with right:
        results = output.place(desk)


def draw(snapshot: Snapshot) -> None:
    """What changes while trees grow."""
    transport.readings(clock, snapshot)
    if views.chosen() == views.TREE:
        drawing.draw(desk, tree, snapshot)
    output.draw(desk, results, snapshot)


session.follow(desk, draw)

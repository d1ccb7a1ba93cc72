"""Playground: watch a small network learn to tell points of the plane apart."""

import streamlit as st

from playground.experiment import Experiment
from playground.training.snapshot import Snapshot
from playground.web.frame import layout, session
from playground.web.parts import recipe, share, transport, trouble
from playground.web.points import network_panel, output, points, tour, welcome


def default() -> Experiment:
    """What a first visit finds: a ring around a disc, two small layers."""
    return Experiment.preset("circle")


desk = session.open("playground", default, points.elsewhere)
with layout.page():
    clock = transport.bar(desk)
    if desk.untouched:
        welcome.line(desk)
    else:
        with st.container(horizontal=True, vertical_alignment="center", gap=8):
            recipe.sentence(desk, "points", batch_sizes=range(1, 31))
            share.menu(desk, output.choose_options)
    trouble.show(desk, desk.snapshot())
    left, centre, right = st.columns([208, 656, 320], gap=24)
    with left:
        points.panel(desk)
        welcome.card(desk)
    with centre:
        graph = network_panel.place(desk)
    with right:
        results = output.place(desk)
    tour.show(desk)


def draw(snapshot: Snapshot) -> None:
    """What moves while the network trains."""
    transport.readings(clock, snapshot)
    network_panel.draw(desk, graph, snapshot)
    output.draw(desk, results, snapshot)


session.follow(desk, draw)

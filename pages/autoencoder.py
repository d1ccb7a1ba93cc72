"""Autoencoder: squeeze images into a few numbers, and draw from them."""

import streamlit as st

from playground.training.snapshot import Snapshot
from playground.web.autoencoder import autoencoder, looks, settings
from playground.web.frame import layout, session
from playground.web.images import sources
from playground.web.parts import readout, recipe, share, stack, transport, trouble

desk = session.open(autoencoder.NAME, autoencoder.default, autoencoder.refuse)


def live(snapshot: Snapshot) -> None:
    """The curves, and what is looked at beside the plane."""
    autoencoder.clock(clock, snapshot)
    if not readout.nothing_yet(snapshot):
        autoencoder.losses(snapshot)
        looks.panel(desk, snapshot)


with layout.page():
    clock = transport.bar(desk, verb="Train")
    with st.container(horizontal=True, vertical_alignment="center", gap=8):
        recipe.sentence(desk, autoencoder.thing(desk) + "s", autoencoder.BATCHES)
        share.menu(desk)
    autoencoder.welcome(desk)
    trouble.show(desk, desk.snapshot(), layers=False)
    layers, plane, beside = st.columns([320, 420, 444], gap=24)
    with layers:
        row = sources.row if autoencoder.on_images(desk) else settings.points
        stack.editor(
            desk,
            lambda: settings.menu(desk),
            lambda: row(desk),
            autoencoder.thing(desk),
        )
        settings.beta(desk)
    with plane:
        autoencoder.plane(desk)
    with beside, st.container(key="training"):
        session.follow(desk, live, here=True, fastest=autoencoder.PACE)

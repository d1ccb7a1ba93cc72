"""GAN: a generator and a discriminator play against each other until fakes look real."""

import streamlit as st

from playground.training.snapshot import Snapshot
from playground.web.frame import layout, session
from playground.web.gan import arena, gan, panels, settings, slow
from playground.web.images import sources
from playground.web.parts import readout, share, transport, trouble

desk = session.open(gan.NAME, gan.default, gan.refuse)


def live(snapshot: Snapshot) -> None:
    """What moves while both learn."""
    gan.clock(clock, snapshot)
    arena.draw(desk, picture, snapshot)
    if not readout.nothing_yet(snapshot, "the game"):
        panels.draw(desk, snapshot)


with layout.page():
    clock = transport.bar(desk)
    with st.container(horizontal=True, vertical_alignment="center", gap=8):
        settings.sentence(desk)
        share.menu(desk)
    gan.welcome(desk)
    trouble.show(desk, desk.snapshot(), layers=False)
    stacks, middle, right = st.columns([312, 520, 352], gap=24)
    with stacks:
        settings.both(desk, sources.row)
    with middle:
        picture = arena.picture(desk)
        slow.buttons(desk)
    with right, st.container(key="training"):
        session.follow(desk, live, here=True, fastest=gan.PACE)
        gan.try_this(desk)

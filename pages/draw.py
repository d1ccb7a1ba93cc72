"""Draw: write a digit and watch a network read it."""

import streamlit as st

from playground.web.draw import draw, teach, tray
from playground.web.frame import layout
from playground.web.parts import pad


@st.fragment
def page() -> None:
    """Every stroke runs this part again, and nothing else."""
    teach.collect()
    left, middle, right = st.columns([330, 410, 396], gap=32)
    with left, st.container(key="draw", gap=8):
        pad.head()
        pad.show()
        label = st.container()
    image = pad.image()
    with middle, st.container(key="sees", gap=8):
        layout.title("What the network gets")
        place = st.container(gap=8)
        name, model = draw.choose_model()
        chances = draw.chances(model, image)
        with place:
            draw.sees(model, image, chances)
    with right, st.container(key="verdict", gap=8):
        draw.verdict(name, model, image, chances)
        tray.switch()
    with label:
        tray.keep(image, chances)
    tray.show(model)
    draw.inside(model, image)


with layout.page():
    page()

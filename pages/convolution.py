"""Convolution: slide a kernel over an image by hand, one pixel of the result at a time."""

import streamlit as st

from playground.web.convolution import convolution
from playground.web.frame import layout

convolution.read_link()


@st.fragment
def page() -> None:
    """Every change runs this part again, and nothing else."""
    controls, sliding = st.columns([300, 908], gap=24)
    with controls, st.container(key="conv_controls", gap=8):
        name, pixels = convolution.image()
        weights = convolution.kernel()
        window = convolution.window()
        window = convolution.pooling(window)
        convolution.try_this()
    with sliding, st.container(key="conv_sliding", gap=8):
        convolution.show(name, pixels, weights, window)


with layout.page():
    page()

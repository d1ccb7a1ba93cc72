"""The work of a stack in numbers, and its network as volumes."""

from __future__ import annotations

import streamlit as st

from playground.experiment import numerals
from playground.views import architecture
from playground.views import stack as view
from playground.web.frame.desk import Desk


def totals(desk: Desk, lines: list[view.Line], thing: str) -> None:
    """The work of one sample, what training takes of memory, and the way to the picture."""
    work = numerals.size(sum(line.multiply_adds for line in lines))
    with st.container(key="stacktotals", horizontal=True, vertical_alignment="center", gap=8):
        words = f"{work} multiply-adds"
        run = desk.run
        if run is not None and run.status != "compiling":
            words += f", {numerals.size(run.memory_bytes)}B"
        verb = "reading" if desk.experiment.adversarial is None else "making"
        st.markdown(
            f":small[:gray[{words}]]",
            width="stretch",
            help=f"The work of {verb} one {thing}: a multiply-add is one product added to a "
            "sum. And the memory that the compiled network has planned: weights, "
            "gradients, the optimizer's companions and what a batch of "
            f"{desk.experiment.batch_size} needs; the data are not in it.",
        )
        if st.button(
            "Picture",
            icon=":material/view_in_ar:",
            type="tertiary",
            key=f"{desk.name}_quiet_picture",
            help="The network as volumes.",
        ):
            _picture(desk)


@st.dialog("The network as volumes", width="large")
def _picture(desk: Desk) -> None:
    """Every layer's answer as a box."""
    dark = st.context.theme.type == "dark"
    with st.container(key="volumes"):
        st.image(
            architecture.svg(desk.experiment, dark),
            width="stretch",
            caption=architecture.describe(desk.experiment),
        )
    st.caption(
        "A box is as high as its images and as wide as it has maps; lengths grow with the "
        "square root, or the small ones would vanish. Layers that change no shape stand "
        "in words above the box they follow."
    )
    st.download_button(
        "Download (SVG)",
        architecture.svg(desk.experiment),
        "network.svg",
        "image/svg+xml",
        key=f"{desk.name}_save_picture",
        on_click="ignore",
        icon=":material/download:",
    )

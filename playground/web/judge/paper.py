"""Our errors on MNIST beside those of the paper that made LeNet-5 known."""

from __future__ import annotations

import streamlit as st

from playground.bench import paper


def draw() -> None:
    """A table, folded up until somebody wants it."""
    with (
        st.expander("Beside the paper of 1998", icon=":material/history_edu:"),
        st.container(key="paper", gap=8),
    ):
        st.markdown(
            "Errors on MNIST's 10,000 test images: what LeCun, Bottou, Bengio and Haffner "
            "reported, and what the same kinds of networks come to here."
        )
        st.markdown(paper.table(paper.results()))
        st.caption(
            "Trained by `python -m playground paper` on all 60,000 training images, with "
            "the recipes in assets/recipes/1998; these were chosen by 5,000 images kept "
            "aside. docs/mnist-1998.md says what differs from the paper."
        )

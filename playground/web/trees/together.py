"""Trees alone, or together with a network: the choice, and the network's few settings."""

from __future__ import annotations

import streamlit as st

from playground.engine import registry
from playground.experiment import in_words, sharing
from playground.experiment.parts import Part
from playground.web.frame.desk import Desk
from playground.web.parts import forms

ALONE = ""
MOST = 3  # hidden layers that have a field of their own here


def word(desk: Desk) -> None:
    """What the trees read, as a word of the sentence; a popover chooses."""
    if desk.controls.hides("trees"):
        return
    part = desk.experiment.hybrid
    title = f"with {registry.phrase(part.make())}" if part else "on the inputs"
    with st.popover(title, type="tertiary", key="trees_word_hybrid"):
        _choice(desk)
        if part is None:
            st.caption("A network and trees can share the work, one after the other.")
            return
        piece = registry.get("hybrid", part.type)
        st.caption(forms.first_line(piece))
        forms.options(desk, ("hybrid",), piece)
        _network(desk)


def _choice(desk: Desk) -> None:
    forms.bound(
        desk,
        ("hybrid",),
        st.selectbox,
        "Who learns what",
        [ALONE, *registry.names("hybrid")],
        show=lambda part: part.type if part else ALONE,
        put=lambda name: desk.change_to(sharing.shared(desk.experiment, name)),
        format_func=lambda name: registry.get("hybrid", name).title if name else "Trees alone",
        help="Deep features: a network learns first, trees then read its last hidden layer. "
        "Leaves: trees grow first, a network then reads in which leaves a sample lies.",
    )


def _network(desk: Desk) -> None:
    """How wide its hidden layers are; how fast it learns stands in the bar."""
    experiment = desk.experiment
    words = " · ".join(in_words.layer(layer.described()) for layer in experiment.layers)
    st.caption(f"The network: {words}")
    wide = [place for place, layer in enumerate(experiment.layers[:-1]) if _wide(layer)][:MOST]
    for column, place in zip(st.columns(max(len(wide), 1), gap=8, wrap=False), wide, strict=False):
        with column:
            forms.bound(
                desk,
                ("layers", place, "units"),
                st.number_input,
                f"Layer {place + 1}",
                1,
                512,
                step=1,
                help="Neurons of this hidden layer.",
            )
    _numbers(desk)


def _numbers(desk: Desk) -> None:
    """How many numbers a word gets, where they are learned."""
    if registry.get("layer", desk.experiment.layers[0].type).embeds:
        piece = registry.get("layer", desk.experiment.layers[0].type)
        of = {option.name: option for option in registry.options(piece)}
        forms.option(desk, ("layers", 0, "output_dim"), of["output_dim"])


def _wide(layer: Part) -> bool:
    """Whether a layer is so many neurons."""
    piece = registry.get("layer", layer.type)
    return piece.connected and any(option.name == "units" for option in registry.options(piece))

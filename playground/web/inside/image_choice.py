"""Which image the Inside page shows: from the test set, drawn, or from a file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.training.evaluation import SAMPLES
from playground.training.snapshot import Snapshot
from playground.web.frame import visit, widgets
from playground.web.parts import pad, picture

TEST, DRAWN, FILE = "Test images", "My drawing", "A file"
ANY = "any class"


@dataclass
class Place:
    """The test image on show."""

    index: int = 0


def choose(snapshot: Snapshot, below: DeltaGenerator) -> tuple[np.ndarray, int | None, str]:
    """The image, uint8 [channels, height, width], its class if that is known, and words for it.

    below: a container for what was done to a visitor's own picture.
    """
    sources = [
        *([TEST] if len(snapshot.data.test) else []),
        *([DRAWN] if snapshot.data.shape == (1, 28, 28) else []),
        FILE,
    ]
    source = st.segmented_control(
        "Image",
        sources,
        default=sources[0],
        required=True,
        key="inside_source",
        label_visibility="collapsed",
    )
    if source == DRAWN:
        image = pad.image()
        if image.any():
            return image, None, "your drawing"
        st.markdown(":gray[Nothing is drawn yet: the page **Draw** has the canvas.]")
        return image, None, "an empty drawing"
    if source == FILE:
        with st.container(width=360):
            brought = picture.bring("inside_file")
        if brought is not None:
            with below:
                result = picture.show("inside_file", brought, snapshot.experiment.data.make())
            return result.image, None, "your file" + ", which is blank" * result.blank
        if TEST not in sources:
            return np.zeros(snapshot.data.shape, np.uint8), None, "an empty image"
    return _test(snapshot)


def _test(snapshot: Snapshot) -> tuple[np.ndarray, int | None, str]:
    """An image by its number; the next one, or the next mistake, of a class or of any."""
    test, names = snapshot.data.test, snapshot.labels
    place = visit.state(Place)
    index = place.index = min(place.index, len(test) - 1)
    widgets.put("inside_number", index + 1)

    def take() -> None:
        place.index = int(widgets.value("inside_number")) - 1

    def following(mistakes: bool) -> None:
        wanted = widgets.value("inside_class", ANY)
        label = names.index(wanted) if wanted in names else None
        next_index = after(snapshot, index, label, mistakes)
        if next_index is None:
            st.toast(
                "The network reads every one of these rightly."
                if mistakes
                else f"No test image is a {wanted}."
            )
        else:
            place.index = next_index

    st.number_input(
        "Number",
        1,
        len(test),
        key="inside_number",
        on_change=take,
        width=132,
        label_visibility="collapsed",
        help=f"One of {len(test):,} test images.",
    )
    st.button(
        "Next",
        icon=":material/chevron_right:",
        key="inside_next",
        on_click=following,
        args=(False,),
    )
    st.button(
        "Next mistake",
        icon=":material/error_outline:",
        key="inside_mistake",
        on_click=following,
        args=(True,),
        help="The next test image that this network reads wrongly.",
    )
    st.selectbox(
        "Of",
        [ANY, *names],
        key="inside_class",
        width=124,
        label_visibility="collapsed",
        help="Which images Next and Next mistake go to.",
    )
    label = int(test.y[index])
    return test.x[index], label, f"test image {index + 1:,}, a {names[label]}"


def after(snapshot: Snapshot, index: int, label: int | None, mistakes: bool) -> int | None:
    """The next test image of a class (or any), round and round; only mistakes where wished."""
    test = snapshot.data.test
    order = np.roll(np.arange(len(test)), -index - 1)
    if label is not None:
        order = order[test.y[order] == label]
    for start in range(0, len(order), SAMPLES if mistakes else 1):
        part = order[start : start + SAMPLES]
        if not mistakes:
            return int(part[0])
        answers = snapshot.network.loss.classes(snapshot.predict(test.x[part]))
        wrong = part[answers != test.y[part]]
        if len(wrong):
            return int(wrong[0])
    return None

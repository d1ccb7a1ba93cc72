"""Which image the Inside page shows: from the test set, drawn, or from a file."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image, UnidentifiedImageError

from playground.commands.predict import LARGEST_SIDE, digit
from playground.training.evaluation import SAMPLES
from playground.web.frame import session
from playground.web.parts import pad

TEST, DRAWN, FILE = "Test images", "My drawing", "A file"
ANY = "any class"


def choose(snapshot: Any) -> tuple[np.ndarray, int | None, str]:
    """The image, uint8 [channels, height, width], its class if that is known, and words for it."""
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
        image = _file(snapshot.data.shape)
        if image is not None:
            return image, None, "your file"
        if TEST not in sources:
            return np.zeros(snapshot.data.shape, np.uint8), None, "an empty image"
    return _test(snapshot)


def _test(snapshot: Any) -> tuple[np.ndarray, int | None, str]:
    """An image by its number; the next one, or the next mistake, of a class or of any."""
    test, names = snapshot.data.test, snapshot.labels
    place = session.remember("inside_index", lambda: {"index": 0})
    place["index"] = min(place["index"], len(test) - 1)
    index = place["index"]
    st.session_state["inside_number"] = index + 1

    def take() -> None:
        place["index"] = int(st.session_state["inside_number"]) - 1

    def following(mistakes: bool) -> None:
        wanted = st.session_state.get("inside_class", ANY)
        label = names.index(wanted) if wanted in names else None
        found = after(snapshot, index, label, mistakes)
        if found is None:
            st.toast(
                "The network reads every one of these rightly."
                if mistakes
                else f"No test image is a {wanted}."
            )
        else:
            place["index"] = found

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


def after(snapshot: Any, index: int, label: int | None, mistakes: bool) -> int | None:
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


def _file(shape: tuple[int, ...]) -> np.ndarray | None:
    """A picture of the visitor's."""
    with st.container(width=360):
        file = st.file_uploader(
            "A picture of a digit or thing",
            ["png", "jpg", "jpeg", "webp"],
            key="inside_file",
            label_visibility="collapsed",
        )
    if file is None:
        return None
    try:
        return picture(file.getvalue(), shape)
    except ValueError as problem:
        st.markdown(f":red[:material/error: {problem}]")
        return None


def picture(data: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """A file as the network's kind of image; ValueError says what is wrong with it.

    One channel of 28×28 is prepared as MNIST's digits were; anything else is scaled to fit.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            if max(image.size) > LARGEST_SIDE:
                raise ValueError(
                    f"This picture is too large: at most {LARGEST_SIDE:,} pixels a "
                    "side can be read."
                )
            coloured = image.convert("RGBA")
    except UnidentifiedImageError:
        raise ValueError("This file is no picture that can be read.") from None
    except (OSError, SyntaxError, Image.DecompressionBombError):
        raise ValueError("This picture is damaged, or too large.") from None
    paper = Image.new("RGBA", coloured.size, "white")
    flat = Image.alpha_composite(paper, coloured)
    if shape == (1, 28, 28):
        return digit(np.asarray(flat.convert("L")))[None]
    scaled = flat.convert("RGB" if shape[0] == 3 else "L").resize(shape[2:0:-1])
    return np.asarray(scaled).reshape(*shape[1:], -1).transpose(2, 0, 1).copy()

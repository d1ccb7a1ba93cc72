"""The parts of the Convolution page: an image, a kernel, how it slides, and the sliding itself."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import streamlit as st
from PIL import Image

from playground.analysis import sliding_window
from playground.analysis.curve_readings import KernelReadings
from playground.data import mnist, picture_bounds, pictures
from playground.engine import ShapeError, plan
from playground.experiment import numerals
from playground.views import sliding as views
from playground.web.frame import layout, live, visit, widgets
from playground.web.frame.events import Kernel
from playground.web.frame.server import ASSETS
from playground.web.parts import goal, pad

KEY = "sliding"
IMAGES = {
    "village": "Village",
    "still_life": "Still life",
    "digit": "A digit of MNIST",
    "drawing": "Your drawing",
    "file": "Your own picture",
}
PHOTOGRAPHS = ("village", "still_life")
OWN = "own"
MOST = 128  # pixels of a side, of a visitor's picture
FIRST = {"kernel": "sobel_x", "image": "village"}
LIMITS = {
    "stride": (1, 16),
    "padding": (0, 30),
    "dilation": (1, 16),
    "pool_size": (2, 6),
    "pool_stride": (1, 16),
}


@dataclass(eq=False)
class Convolution:
    """The kernel's weights, the digit, the picture and what was wrong with it, what was heard.

    asked: the kernel of the address that was taken over last.
    """

    weights: np.ndarray = field(
        default_factory=lambda: sliding_window.KERNELS[FIRST["kernel"]].weights
    )
    digit: int = 0
    file: np.ndarray | None = None
    error: str = ""
    seen: int = 0
    asked: str = ""

    def another(self) -> None:
        """Another digit."""
        self.digit = random.randrange(10_000)


def state() -> Convolution:
    """This visit's."""
    return visit.state(Convolution)


@goal.of("convolution")
def read() -> KernelReadings:
    """What a lesson's goal asks of this visit's kernel."""
    return KernelReadings(state().weights)


def read_link() -> None:
    """The kernel that the address names, when it is news."""
    now, asked = state(), st.query_params.get("kernel", "")
    if asked != now.asked and asked in sliding_window.KERNELS:
        now.weights = sliding_window.KERNELS[asked].weights
    now.asked = asked


# ---- the image ----


def image() -> tuple[str, np.ndarray]:
    """Choose one: its name, and its pixels uint8 [height, width]."""
    now = state()
    widgets.suggest("conv_image", FIRST["image"])
    name = st.selectbox(
        "Image",
        IMAGES,
        key="conv_image",
        format_func=lambda name: IMAGES.get(name, ""),
        help="Two photographs of ours, a test image, what you drew, or a picture of yours.",
    )
    if name in PHOTOGRAPHS:
        return IMAGES[name], photograph(name)
    if name == "digit":
        st.button(
            "Another digit",
            key="quiet_digit",
            icon=":material/shuffle:",
            type="tertiary",
            on_click=now.another,
        )
        test = mnist.load()[1]
        return f"A {test.y[now.digit]} of MNIST", test.x[now.digit, 0]
    if name == "drawing":
        drawn = pad.image()[0]
        if drawn.any():
            return IMAGES[name], drawn
        st.markdown(
            ":gray[Nothing is drawn yet: draw a digit on the **Draw** page, and it is here.]"
        )
    else:
        _bring()
        if now.file is not None:
            return IMAGES[name], now.file
    return IMAGES[FIRST["image"]], photograph(FIRST["image"])


@cache
def photograph(name: str) -> np.ndarray:
    """One of the two in assets/, uint8 [96, 96]."""
    with Image.open(ASSETS / "photographs" / f"{name}.png") as picture:
        pixels = np.asarray(picture.convert("L")).copy()
    pixels.flags.writeable = False
    return pixels


def _bring() -> None:
    now = state()

    def brought() -> None:
        file = widgets.value("conv_file")
        if file is not None:
            take(file.getvalue())

    st.file_uploader(
        "A picture",
        key="conv_file",
        max_upload_size=picture_bounds.LARGEST,
        on_change=brought,
        help=f"Shown in grey, at most {MOST} pixels a side. It stays in this visit.",
    )
    if now.error:
        st.error(layout.literal(now.error))


def take(content: bytes) -> None:
    """Use the visitor's picture, or say why not."""
    now = state()
    try:
        picture = pictures.read(content, MOST)
        now.file = picture.grey
        now.error = "This picture is blank: it is one shade." * picture.blank
    except picture_bounds.PictureError as error:
        now.file, now.error = None, str(error)


# ---- the kernel ----


def kernel() -> np.ndarray:
    """Choose a kernel by its name; its numbers are edited where it is drawn."""
    now = state()
    widgets.put("conv_kernel", sliding_window.named(now.weights) or OWN)
    names = [*sliding_window.KERNELS, OWN]
    st.selectbox(
        "Kernel",
        names,
        key="conv_kernel",
        on_change=_named,
        format_func=lambda name: (
            sliding_window.KERNELS[name].title
            if name in sliding_window.KERNELS
            else "My own numbers"
        ),
        help="Ready-made ones; or change any number of the kernel on the right.",
    )
    st.markdown(f":gray[{about(now.weights)}]")
    return now.weights


def about(weights: np.ndarray) -> str:
    """What a kernel does, in a sentence."""
    name = sliding_window.named(weights)
    if name:
        return sliding_window.KERNELS[name].about
    total = float(weights.sum())
    if abs(total) <= sliding_window.ZERO_SUM * max(1, np.abs(weights).sum()):
        return "Your weights add up to 0: even areas vanish, differences stay."
    sum_ = numerals.short(total)
    return f"Your weights add up to {sum_}: an even area becomes {sum_} times as bright."


def _named() -> None:
    name = widgets.value("conv_kernel")
    if name in sliding_window.KERNELS:
        state().weights = sliding_window.KERNELS[name].weights


def _sized() -> None:
    now = state()
    now.weights = sliding_window.resized(now.weights, widgets.value("conv_size"))


# ---- how it slides ----


def window() -> views.Window:
    """How large the kernel is, and how it slides."""
    size, dilation = st.columns(2, gap=8, wrap=False)
    with size:
        widgets.put("conv_size", len(state().weights))
        st.segmented_control(
            "Size",
            (3, 5),
            key="conv_size",
            on_change=_sized,
            required=True,
            format_func=lambda size: f"{size}×{size}",
            width="stretch",
            help="How many pixels the window reads. A smaller kernel is put into "
            "the middle of the larger one.",
        )
    with dilation:
        _number("Dilation", "dilation", 1, "Distance between the pixels that the window reads.")
    stride, padding = st.columns(2, gap=8, wrap=False)
    with stride:
        _number("Stride", "stride", 1, "Pixels that the window moves at a time.")
    with padding:
        _number("Padding", "padding", 0, "Pixels of zeros put around the image.")
    return views.Window(
        **{name: widgets.value(f"conv_{name}") for name in ("stride", "padding", "dilation")}
    )


def pooling(now: views.Window) -> views.Window:
    """The poolings beside it."""
    layout.title("Pooling beside it")
    size, stride = st.columns(2, gap=8, wrap=False)
    with size:
        _number("Square", "pool_size", 2, "Side of the square of which one number is kept.")
    with stride:
        _number("Stride", "pool_stride", 2, "Pixels between two squares.")
    of_result = st.toggle(
        "Pool what the convolution made",
        key="conv_of_result",
        help="As in a network: first the kernel, then the pooling. Otherwise both read the image.",
    )
    return views.Window(
        now.stride,
        now.padding,
        now.dilation,
        widgets.value("conv_pool_size"),
        widgets.value("conv_pool_stride"),
        of_result,
    )


def _number(label: str, name: str, first: int, help: str) -> None:
    key = f"conv_{name}"
    widgets.suggest(key, first)
    st.number_input(label, *LIMITS[name], step=1, key=key, help=help)


def refused(pixels: np.ndarray, weights: np.ndarray, now: views.Window) -> None:
    """Why the kernel does not fit, and what would help."""
    layer = sliding_window.kernel(len(weights), now.stride, now.padding, now.dilation)
    try:
        plan([layer], (1, *pixels.shape))
    except ShapeError as error:
        st.error(views.reason(error))
        changes = {fix.label: fix.changes for fix in error.fixes if fix.changes}
        if now.dilation > 1:
            changes["Dilation 1"] = {"dilation": 1}
        with st.container(horizontal=True, gap=8):
            for label, change in changes.items():
                if set(change) <= set(LIMITS):
                    st.button(label, key=f"conv_fix_{label}", on_click=_fix, args=(change,))


def _fix(change: dict[str, int]) -> None:
    for name, value in change.items():
        widgets.put(f"conv_{name}", value)


# ---- the sliding ----


def show(name: str, pixels: np.ndarray, weights: np.ndarray, now: views.Window) -> None:
    """The window over the image, its arithmetic, and all three results."""
    refused(pixels, weights, now)
    payload = views.payload(name, pixels, weights, now, state().seen)
    live.show("sliding", KEY, payload, kernel=_hear)


def _hear(message: Kernel) -> None:
    """A kernel that was edited on the page; what is no square of ours is left alone."""
    now, side = state(), {9: 3, 25: 5}.get(len(message.weights))
    if side and message.number > now.seen:
        now.seen = message.number
        now.weights = np.array(message.weights, np.float32).reshape(side, side)


def try_this() -> None:
    """One question that can be answered by playing."""
    with st.container(key="try", gap=4):
        st.markdown(
            "**Try this**  \nTake *Sobel x* on the village. Which edges of the houses does "
            "it see, which not? And why is one side blue, the other orange?"
        )

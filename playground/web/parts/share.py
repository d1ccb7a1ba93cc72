"""Take it with you: the link, the set-up, the trained network, its code; and bring one back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from playground.experiment import controls
from playground.experiment.tensorflow_playground import Opened
from playground.formats.errors import ExportError
from playground.training.run import Run
from playground.web.frame import arrivals, uploads, visit, widgets
from playground.web.frame.desk import Desk

LARGEST = 5  # MB
WIDTH = 380  # px
TARGETS = {
    "pytorch": (
        "PyTorch",
        "A program with the layers as a torch.nn.Sequential, and the trained "
        "weights beside it in a safetensors file.",
    ),
    "keras": (
        "Keras",
        "A program that builds the same layers in Keras 3, and the trained weights beside it.",
    ),
    "numpy": (
        "NumPy",
        "A program that needs nothing but NumPy: the network's arithmetic written "
        "out, line by line, with the trained weights beside it.",
    ),
    "onnx": ("ONNX", "One file that other programs run as it is: ONNX Runtime, browsers, phones."),
}


def menu(desk: Desk, opened: Callable[[Opened], None] = lambda link: None) -> None:
    """A popover at the end of the line; `opened` hears what a link of the reference asked for."""
    topics: dict[str, Callable[[Desk], None]] = {
        "Link": partial(_link, opened=opened),
        "Files": _files,
        "Code": _code,
    }
    with (
        st.popover(
            "Share", icon=":material/ios_share:", type="tertiary", key=f"quiet_{desk.name}_share"
        ),
        st.container(width=WIDTH, gap=10),
    ):
        chosen = st.segmented_control(
            "What to share",
            list(topics),
            default="Link",
            required=True,
            key=f"{desk.name}_sharing",
            label_visibility="collapsed",
            width="stretch",
        )
        topics[chosen](desk)


# ---- links ----


def _link(desk: Desk, opened: Callable[[Opened], None]) -> None:
    st.caption("The link holds the whole set-up: whoever opens it sees the same training.")
    key = f"{desk.name}_taught"
    hidden, locked = (
        widgets.value(f"{key}_{how}", [name for name in controls.NAMES if name in now])
        for how, now in (("hide", desk.controls.hidden), ("lock", desk.controls.locked))
    )
    st.code(
        arrivals.address(desk, st.context.url or "", controls.of(hidden, locked)),
        language=None,
        wrap_lines=True,
    )
    _names(
        "For those who open it, hide",
        f"{key}_hide",
        hidden,
        "What is not to be seen: a class looks at one thing at a time. This page stays as it "
        "is; the link above carries it.",
    )
    _names("and lock", f"{key}_lock", locked, "What is to be seen, and cannot be changed.")
    _paste(desk, opened)


def _names(label: str, key: str, chosen: list[str], help: str) -> None:
    widgets.suggest(key, chosen)
    st.multiselect(
        label,
        list(controls.NAMES),
        format_func=lambda name: controls.NAMES.get(name, ""),
        key=key,
        placeholder="nothing",
        help=help,
    )


def _paste(desk: Desk, opened: Callable[[Opened], None]) -> None:
    def pasted(text: str) -> None:
        link = arrivals.paste(desk, text)
        widgets.forget(f"{desk.name}_taught")
        if link:
            opened(link)

    widgets.emptying(
        st.text_input,
        "Paste a link from TensorFlow Playground (or ours)",
        key=f"{desk.name}_paste",
        take=pasted,
        ready=lambda text: bool(text.strip()),
        placeholder="https://playground.tensorflow.org/#…",
        max_chars=arrivals.LONGEST,
        help="It opens here with the same data, layers and settings; controls that it "
        "hides there are hidden here.",
    )


# ---- files ----


def _files(desk: Desk) -> None:
    st.download_button(
        "Download this set-up (JSON)",
        desk.experiment.to_json(indent=2),
        f"{desk.name}.json",
        "application/json",
        key=f"{desk.name}_save_json",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
        help="Data, layers and settings as text, without the trained weights.",
    )
    if desk.run is not None:
        st.download_button(
            "Save the trained network",
            lambda: arrivals.weights(desk),
            f"{desk.name}.safetensors",
            "application/octet-stream",
            key=f"{desk.name}_save_network",
            on_click="ignore",
            icon=":material/save:",
            width="stretch",
            help="Everything: training goes on from it. PyTorch reads its weights.",
        )
    _upload(desk)


def _upload(desk: Desk) -> None:
    widgets.emptying(
        st.file_uploader,
        "Open a set-up or a trained network",
        key=f"{desk.name}_open",
        take=lambda files: arrivals.open_file(desk, *uploads.together(files)),
        accept_multiple_files=True,
        max_upload_size=LARGEST,
        help="A set-up (.json), a network saved here or PyTorch's weights for these "
        "layers (.safetensors), or a network made elsewhere (.onnx, and the file with its "
        "weights if that is a second one).",
    )


# ---- code ----


def _code(desk: Desk) -> None:
    if desk.run is None or desk.problem:
        st.caption("There is nothing to write before the layers fit.")
        return
    st.caption("The network with its weights as they are now, to be used without this page.")
    for target, (title, help) in TARGETS.items():
        problem = visit.once(
            f"{desk.name}_{target}",
            desk.run.experiment.to_json(),
            partial(_problem, desk.run, target),
        )
        st.download_button(
            title,
            partial(_archive, desk.run, target),
            "network.onnx" if target == "onnx" else f"network-{target}.zip",
            key=f"{desk.name}_code_{target}",
            on_click="ignore",
            icon=":material/download:",
            width="stretch",
            help=problem or help,
            disabled=bool(problem),
        )
        if problem:
            st.caption(problem)


def _archive(run: Run, target: str) -> bytes:
    """The file to download."""
    return arrivals.code(run, target)[1]


def _problem(run: Run, target: str) -> str:
    """Why a target cannot take this network; empty if it can."""
    try:
        arrivals.code(run.snapshot(), target)
    except ExportError as error:
        return str(error)
    return ""

"""The parts of the Autoencoder page: presets, β, the plane of codes, curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.experiment import Experiment, numerals
from playground.training.evaluation import draws
from playground.training.snapshot import Snapshot
from playground.views import codes, curves, flow
from playground.web.frame import layout, live, session, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.frame.events import Spot
from playground.web.parts import readout, transport
from playground.web.parts.paced import paced

NAME = "autoencoder"
BATCHES = (16, 32, 64, 128, 256, 512)
PACE = 0.45  # seconds between updates
SIGNS, GRID = "Test digits", "Decoded places"


@dataclass
class Hand:
    """Where on the plane the visitor is, which numbers of the code it shows, what was drawn."""

    x: float = 0.5
    y: float = 0.5
    number: int = -1
    axes: tuple[int, int] | None = None
    drawn: tuple[float, ...] = ()

    def move(self, spot: Spot) -> None:
        """To a place that the plane has sent; older messages come late."""
        if spot.number > self.number:
            self.x, self.y, self.number = spot.x, spot.y, spot.number


def hand() -> Hand:
    """This visit's."""
    return visit.state(Hand)


def default() -> Experiment:
    """What the page starts with."""
    return Experiment.preset("vae_plane")


def refuse(experiment: Experiment) -> str:
    """Only what reconstructs its input belongs here."""
    if experiment.loss.make().reconstructs:
        return ""
    return "This set-up tells things apart, and makes no copy of its input: another page opens it."


def on_images(desk: Desk) -> bool:
    """Whether it learns from images, and not from points."""
    return len(desk.experiment.data.make().shape) == 3


def thing(desk: Desk) -> str:
    """What one sample is called."""
    return "image" if on_images(desk) else "point"


def welcome(desk: Desk) -> None:
    """What to press, on a first visit."""
    if desk.untouched:
        with st.container(key="welcome"):
            st.markdown(
                "This network has not seen a digit yet. It must squeeze every image into two "
                "numbers and draw it again from them. Press **Train**, then drag over the plane."
            )


def clock(place: DeltaGenerator, snapshot: Snapshot) -> None:
    """How far the training has come, and how fast it goes."""
    readings = [(numerals.fixed(snapshot.epoch, 1) if snapshot.step else "0", "epochs")]
    if stop := snapshot.experiment.stop.epochs:
        readings = [(readings[0][0], f"of {stop} epochs")]
    if snapshot.status == "running" and snapshot.samples_per_second:
        readings.append((numerals.count(snapshot.samples_per_second), "samples/s"))
    transport.clock(place, *readings)


# ---- the plane ----


def plane_of(snapshot: Snapshot) -> codes.Plane:
    """The plane of codes, renewed as the network trains."""
    axes = hand().axes
    return paced("codes_plane", snapshot, lambda: codes.plane(snapshot, axes), axes)


def plane(desk: Desk) -> None:
    """The plane of codes, apart from all else: a drag over it draws nothing but one picture anew.

    Its timer keeps it up to date while the network trains; `session.follow` sees to the rest.
    """

    @st.fragment(run_every=session.interval(desk, PACE))
    def tick() -> None:
        snapshot = desk.snapshot()
        if snapshot is not None and snapshot.status != "compiling":
            _plane(snapshot)

    with st.container(key="codesplane", gap=8):
        tick()


def _plane(snapshot: Snapshot) -> None:
    now, shown = hand(), plane_of(snapshot)
    pictures = False
    with st.container(key="codeshead", horizontal=True, vertical_alignment="center", gap=8):
        layout.title("The plane of codes", width="stretch")
        if len(snapshot.data.shape) == 3:
            way = st.segmented_control(
                "On the plane",
                [SIGNS, GRID],
                default=SIGNS,
                required=True,
                key="codes_way",
                label_visibility="collapsed",
            )
            pictures = way == GRID
    _axes(shown)
    map_, here = st.container(), st.container()
    with here:
        _here(snapshot, shown)  # first: it is what a drag waits for
    scene = paced(
        "codes_scene",
        snapshot,
        lambda: codes.scene(snapshot, shown, pictures) | {"mark": [now.x, now.y]},
        (pictures, shown.axes),
    )
    with map_:
        live.show("latent", "latent", scene | {"drawn": list(now.drawn)}, spot=now.move)


def _axes(shown: codes.Plane) -> None:
    """Which two numbers of a longer code go right and up."""
    count = len(shown.centre)
    if count < 3:
        return
    now = hand()

    def moved(which: int) -> None:
        chosen = widgets.value(f"codes_axis{which}_{count}")
        axes = list(shown.axes)
        axes[which] = chosen
        now.axes = axes[0], axes[1]

    with st.container(key="codesaxes", horizontal=True, vertical_alignment="center", gap=8):
        for which, word in enumerate(("to the right", "and up")):
            key = f"codes_axis{which}_{count}"
            widgets.put(key, shown.axes[which])
            st.selectbox(
                word,
                range(count),
                key=key,
                width=110,
                format_func=lambda k: f"z{k + 1}",
                on_change=moved,
                args=(which,),
            )


def _here(snapshot: Snapshot, shown: codes.Plane) -> None:
    """The picture of the place under the hand, and its code in numbers."""
    now = hand()
    spot = np.array([[now.x, now.y]])
    image = codes.decoded(snapshot, shown, spot)
    z = shown.code(spot)[0]
    place = [f"z{k + 1} = {numerals.fixed(float(z[k]), 2)}" for k in dict.fromkeys(shown.axes)]
    payload = {"kind": "here", "place": ", ".join(place), "number": now.number, "image": None}
    if len(snapshot.data.shape) == 3:
        payload |= {"image": flow.pixels(image), "words": "is drawn like this by the decoder."}
    else:
        point = ", ".join(numerals.fixed(float(value), 2) for value in image[0][:4])
        payload["words"] = f"decodes to ({point})."
    live.show("latent", "decoded", payload)


# ---- numbers ----


def losses(snapshot: Snapshot) -> None:
    """Reconstruction and KL apart, now and over time."""
    names = {"reconstruction": "Copy"}
    if draws(snapshot.network):
        names["kl"] = "KL"
    for place, (metric, title) in zip(st.columns(len(names), gap=16), names.items(), strict=True):
        test, train = (snapshot.metrics[split][metric] for split in ("test", "train"))
        with place:
            readout.value(metric, title, numerals.fixed(test, 1), numerals.fixed(train, 1))
            if len(snapshot.history["epoch"]) > 1:
                live.chart(
                    curves.curve(snapshot.history, metric, "epochs"),
                    f"codes_{metric}",
                    92,
                    f"{title} by epoch: now {numerals.fixed(test, 1)} nats on the test data.",
                )
    whole = numerals.fixed(snapshot.metrics["test"]["loss"], 1)
    if draws(snapshot.network):
        words = f"nats a sample: copy + β KL = {whole}; with β = 1 the negative bound"
    else:
        words = "nats a sample, summed over its numbers"
    st.markdown(
        f":small[:gray[{words}]]",
        help="Copy: how surprising the input is to what the network makes of it. KL: how far drawn "
        "codes are from standard normal ones.",
    )

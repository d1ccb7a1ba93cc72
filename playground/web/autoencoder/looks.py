"""What one can look at beside the plane: copies, one's own digit, what lies between, inventions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from playground.data import strokes
from playground.experiment import numerals
from playground.training.evaluation import draws, numbers
from playground.training.generation import generate
from playground.training.snapshot import Snapshot
from playground.views import codes, flow, judgement
from playground.web.autoencoder.autoencoder import hand, plane_of
from playground.web.frame import layout, live, visit
from playground.web.frame.desk import Desk
from playground.web.parts import compare, pad
from playground.web.parts.paced import paced

COPIES = 6  # test images beside their copies
WORST = 12
SEARCHED = 2000  # test images among which the worst are looked for
SAMPLES = 24
STEPS = 9  # between two images
DIGIT = (1, strokes.SIDE, strokes.SIDE)


@dataclass
class Looks:
    """Which test images are on show, which two are slid between, the seed of inventions."""

    first: int = 0
    pair: tuple[int, int] = (0, 1)
    seed: int = 0


def panel(desk: Desk, snapshot: Snapshot) -> None:
    """One look at a time."""
    image = len(snapshot.data.shape) == 3
    topics: dict[str, Callable[[Snapshot], None]] = {"Copies": _copies if image else _points}
    if snapshot.data.shape == DIGIT:
        topics["Draw"] = _draw
    if image:
        topics |= {"Between": _between, "Worst": _worst}
    topics |= {"Inventions": _inventions, "Code": _code, "Compare": partial(_compare, desk)}
    with st.container(key="codeslooks", gap=8):
        chosen = st.segmented_control(
            "Look at",
            list(topics),
            default="Copies",
            required=True,
            key=f"codes_look_{len(topics)}",
            label_visibility="collapsed",
        )
        topics[chosen](snapshot)


def _compare(desk: Desk, snapshot: Snapshot) -> None:
    """Runs of this page that were pinned, on the same axes."""
    compare.draw(desk, snapshot, desk.name)


def _captions(snapshot: Snapshot, indices: np.ndarray) -> list[str]:
    test = snapshot.data.test
    return [snapshot.labels[test.y[i]] if snapshot.labels else "" for i in indices]


def _copies(snapshot: Snapshot) -> None:
    """Test images, their codes, and their copies."""
    now, test = visit.state(Looks), snapshot.data.test
    count = min(COPIES, len(test))

    def on() -> None:
        now.first = (now.first + count) % len(test)

    with st.container(horizontal=True, vertical_alignment="center", gap=8):
        layout.title("In, code, out", "above what it sees, below its copy", width="stretch")
        st.button(
            "Others",
            icon=":material/chevron_right:",
            type="tertiary",
            key="quiet_copies",
            on_click=on,
        )
    at = (now.first + np.arange(count)) % len(test)
    payload = paced(
        "codes_copies",
        snapshot,
        lambda: codes.pairs(snapshot, test.x[at], _captions(snapshot, at), 58),
        now.first,
    )
    live.show("flow", "copies", payload)


def _points(snapshot: Snapshot) -> None:
    """Points of the plane and their copies."""
    shown, now = plane_of(snapshot), hand()
    if len(snapshot.data.shape) != 1 or snapshot.data.shape[0] != 2:
        st.caption("Copies are drawn for images and for points with two inputs.")
        return
    layout.title("Points and their copies", "grey: test points; violet: their copies; ★: here")
    spot = codes.decoded(snapshot, shown, np.array([[now.x, now.y]]))
    live.chart(codes.points(snapshot, spot), "codes_points", 340, "Test points and their copies.")


def _draw(snapshot: Snapshot) -> None:
    """The visitor's own digit: its copy, and its place on the plane."""
    left, right = st.columns([230, 190], gap=16)
    with left:
        pad.show()
    image, now = pad.image(), hand()
    with right:
        if not image.any():
            now.drawn = ()
            st.markdown(
                ":gray[Draw a digit: its copy shows here, and a ring on the plane marks "
                "the place of its code.]"
            )
            return
        z, copies, costs = codes.rebuilt(snapshot, image[None])
        place = np.clip(plane_of(snapshot).place(z.astype(np.float64))[0], 0, 1)
        spot = tuple(float(share) for share in place.round(3))
        if now.drawn != spot:
            now.drawn = spot
            st.rerun()  # the plane stands in a part of its own
        stages = [flow.picture(image, 84, "It sees"), flow.picture(copies[0], 84, "Its copy")]
        live.show(
            "flow",
            "drawn",
            {"columns": [[stage] for stage in stages], "arrows": False, "height": 120},
        )
        usual = snapshot.metrics["test"]["reconstruction"]
        word = "more" if costs[0] > usual else "less"
        st.markdown(
            f"**{numerals.fixed(costs[0], 0)} nats**, {word} than the usual "
            f"{numerals.fixed(usual, 0)}. The ring on the plane is its code."
        )


def _between(snapshot: Snapshot) -> None:
    """From one test image to another, along the straight line between their codes."""
    now, test = visit.state(Looks), snapshot.data.test
    key = "codes_between"

    def others() -> None:
        random = np.random.default_rng()
        first, second = random.choice(len(test), 2, replace=len(test) < 2)
        now.pair = int(first), int(second)

    with st.container(horizontal=True, vertical_alignment="center", gap=8):
        layout.title("From one image to another", width="stretch")
        st.button(
            "Others",
            icon=":material/shuffle:",
            type="tertiary",
            key="quiet_between",
            on_click=others,
        )
    pair = [index % len(test) for index in now.pair]
    share = st.slider("How far", 0, 100, 50, format="%d %%", key=key)

    def make() -> dict:
        x = numbers(test.x[pair], snapshot.data.scale)
        z = snapshot.network.encode(x).reshape(2, -1)
        steps = codes.between(snapshot, z, STEPS)
        middle = codes.decode(snapshot, z[:1] + share / 100 * (z[1:] - z[:1]))
        names = _captions(snapshot, np.array(pair))
        stages = [
            flow.picture(test.x[pair[0]], 84, f"From {names[0]}"),
            flow.picture(middle[0], 112, f"{share} % of the way"),
            flow.picture(test.x[pair[1]], 84, f"To {names[1]}"),
        ]
        return {
            "large": {"columns": [[stage] for stage in stages], "arrows": True, "height": 150},
            "steps": judgement.tiles(steps, [""] * STEPS, [0] * STEPS, STEPS, 40),
        }

    made = paced("codes_between", snapshot, make, (now.pair, share))
    live.show("flow", "between", made["large"])
    live.show("flow", "between_steps", made["steps"])


def _worst(snapshot: Snapshot) -> None:
    """The images that are copied worst: what it has hardly seen the like of."""
    test = snapshot.data.test

    def make() -> dict:
        _, copies, costs = codes.rebuilt(snapshot, test.x[:SEARCHED])
        worst = np.argsort(-costs)[: WORST // 2]
        names = [f"{numerals.fixed(costs[i], 0)} nats" for i in worst]
        images = np.concatenate([test.x[worst], copies[worst]])
        captions = [*_captions(snapshot, worst), *names]
        return judgement.tiles(images, captions, [0] * len(captions), WORST // 2, 58)

    layout.title("Copied worst", f"of {min(SEARCHED, len(test)):,} test images; copies below")
    live.show("flow", "worst", paced("codes_worst", snapshot, make, seconds=2.0))


def _inventions(snapshot: Snapshot) -> None:
    """What codes by chance decode to."""
    now = visit.state(Looks)

    def again() -> None:
        now.seed += 1

    note = "codes by chance, decoded" if draws(snapshot.network) else "codes like those it knows"
    with st.container(horizontal=True, vertical_alignment="center", gap=8):
        layout.title("Nobody drew these", note, width="stretch")
        st.button(
            "Again", icon=":material/casino:", type="tertiary", key="quiet_invent", on_click=again
        )
    made = paced(
        "codes_inventions",
        snapshot,
        lambda: generate(snapshot.network, snapshot.data, SAMPLES, now.seed),
        now.seed,
    )
    if len(snapshot.data.shape) == 3:
        images = codes.shown(snapshot, made)
        live.show(
            "flow", "inventions", judgement.tiles(images, [""] * SAMPLES, [0] * SAMPLES, 6, 58)
        )
    elif snapshot.data.shape[0] == 2:
        live.chart(codes.cloud(made), "codes_cloud", 320, "Points that the network invented.")


def _code(snapshot: Snapshot) -> None:
    """What each number of the code tells."""
    figure, telling = paced("codes_costs", snapshot, lambda: codes.costs(snapshot))
    count = int(np.prod(snapshot.network.code_shape))
    if draws(snapshot.network):
        layout.title(
            "KL of each number", f"nats; {numerals.fixed(telling, 0)} of {count} tell something"
        )
        words = "A number that costs nothing is noise: the decoder does not read it."
    else:
        layout.title("How much each number varies", "over test samples")
        words = "Numbers that hardly vary tell little."
    live.chart(figure, "codes_costs", 240, f"What each of {count} numbers of the code tells.")
    st.caption(words)

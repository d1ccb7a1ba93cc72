"""Panels of the Inside page: what matters in an image, what units like, what lies near what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from playground.analysis import attribution, embedding, feature_visualisation
from playground.data.jobs import Job
from playground.engine import Plan, Row
from playground.experiment import numerals
from playground.training.evaluation import numbers
from playground.training.snapshot import Snapshot
from playground.views import attribution as views
from playground.views import flow
from playground.web.frame import layout, live, visit

MATTERS, LIKES, NEAR = VIEWS = "What matters", "What it likes", "What lies near"
UNITS = 24  # favourites at a time
IMAGES = 1000  # of a map; of colour images half as many
MOST_WORK = 1.5e10  # multiply-adds of a climb, about: wide layers show fewer units at a time
PCA, TSNE = "PCA", "t-SNE"
PACE = 0.5


@dataclass
class Taken:
    """A Snapshot that a panel stands for, and what was made of it."""

    snapshot: Snapshot
    made: dict[Any, Any] = field(default_factory=dict)


@dataclass
class Questions:
    """taken: by panel. units: the first unit on show, by the layer's depth."""

    taken: dict[str, Taken] = field(default_factory=dict)
    units: dict[int, int] = field(default_factory=dict)


def view(name: str, snapshot: Snapshot, image: np.ndarray, label: int | None) -> None:
    """One of `VIEWS`. label: the image's class, where it is known."""
    if name == MATTERS:
        saliency(snapshot, image, label)
    elif name == LIKES:
        favourite(snapshot)
    else:
        neighbours(snapshot)


# ---- what matters ----


def saliency(snapshot: Snapshot, image: np.ndarray, label: int | None) -> None:
    """Slopes and occlusion for an image uint8 [channels, height, width] and a class."""
    names = snapshot.labels
    read = int(snapshot.network.loss.classes(snapshot.predict(image[None]))[0])
    start = read if label is None else label
    with st.container(key="looks_head", horizontal=True, vertical_alignment="center", gap=12):
        layout.title("What speaks for the class", width="content")
        options = [start, *(place for place in range(len(names)) if place != start)]
        of = st.selectbox(
            "Class",
            options,
            key="looks_class",
            width=150,
            label_visibility="collapsed",
            format_func=names.__getitem__,
            help="Of which class the score and the probability are asked.",
        )
        st.markdown(
            ":small[:gray[blue: for it, orange: against it, grey: no matter]]", width="content"
        )
    slope, drop, chance = visit.once(
        "looks_matters",
        (snapshot.network, image.tobytes(), of),
        lambda: _matters(snapshot, image, of),
    )
    x = numbers(image, snapshot.data.scale)
    name = names[of]
    for place, (key, title, payload, words) in zip(
        st.columns(4, gap=24),
        (
            (
                "image",
                "The image",
                flow.plain(flow.picture(image, views.SIZE), height=views.SIZE),
                f"Read as **{names[read]}**; asked about **{name}**.",
            ),
            (
                "slope",
                "Saliency",
                views.map_of(views.strength(slope)),
                f"|∂ score / ∂ pixel|: the bluer, the more a small change of this pixel would "
                f"move the score of {name}.",
            ),
            (
                "times",
                "Gradient × input",
                views.map_of(views.says(slope, x)),
                f"What each bright pixel says now: blue raises the score of {name}, "
                "orange lowers it.",
            ),
            (
                "drop",
                "Occlusion",
                views.map_of(drop),
                "A 5×5 patch covers the image around each pixel; blue: the probability falls. "
                + views.covered(drop, name, chance),
            ),
        ),
        strict=True,
    ):
        with place, st.container(gap=4):
            layout.title(title)
            live.show("flow", f"looks_{key}", payload)
            st.markdown(f":small[:gray[{words}]]")


def _matters(
    snapshot: Snapshot, image: np.ndarray, of: int
) -> tuple[np.ndarray, np.ndarray, float]:
    x = numbers(image, snapshot.data.scale)

    def chances(many: np.ndarray) -> np.ndarray:
        return snapshot.probabilities(snapshot.network.predict(many))

    return (
        attribution.saliency(snapshot.network, x, of),
        attribution.occlusion(chances, x, of),
        float(chances(x[None])[0, of]),
    )


# ---- what it likes ----


def favourite(snapshot: Snapshot) -> None:
    """The inputs that the units of a layer answer to most."""
    taken = _taken("likes", snapshot)
    plan = taken.snapshot.network.plan
    depths = [row.position + 1 for row in plan.rows if row.parameters and _has_units(row)]
    if not depths:
        st.markdown(":gray[This network has no layer with weights.]")
        return
    results = taken.made
    with st.container(key="looks_head", horizontal=True, vertical_alignment="center", gap=12):
        depth = st.selectbox(
            "Layer",
            depths,
            index=len(depths) - 1,
            key="looks_layer",
            width=220,
            label_visibility="collapsed",
            format_func=lambda score: _named(plan, score),
            help="Each picture is the favourite of one map or unit of this layer.",
        )
        units = _some_units(plan, depth)
        _renew(taken, snapshot)
    if (depth, units) not in results:
        with st.spinner("Climbing: 100 steps uphill for each picture"):
            results[depth, units] = feature_visualisation.favourites(
                taken.snapshot.network, depth, units
            )
    last = depth == len(plan.rows)
    names = taken.snapshot.labels if last else None
    live.show("flow", "looks_likes", views.tiles(results[depth, units], units, names))
    side = "×".join(map(str, results[depth, units].inputs.shape[2:]))
    what = "class" if last else "map" if len(plan.rows[depth - 1].output_shape) == 3 else "unit"
    st.markdown(
        f":small[:gray[Each picture began as the same weak noise. A hundred small steps "
        f"along the gradient made it into what this {what} answers to most, within the "
        f"{side} pixels that it sees; large values and single pixels were held down. "
        "They need not look like anything: the network never learned to draw.]]"
    )


def _has_units(row: Row) -> bool:
    return len(row.output_shape) in (1, 3)


def _named(plan: Plan, depth: int) -> str:
    row = plan.rows[depth - 1]
    return f"{depth}. {row.layer.label()}, {row.output_shape[0]}"


def _some_units(plan: Plan, depth: int) -> range:
    """The units on show, and buttons for the others."""
    total = plan.rows[depth - 1].output_shape[0]
    work = 300 * sum(row.multiply_adds for row in plan.rows[:depth])
    at_once = int(min(UNITS, max(12, MOST_WORK // max(work, 1))))
    shown = visit.state(Questions).units
    start = min(shown.get(depth, 0), (total - 1) // at_once * at_once)
    units = range(start, min(start + at_once, total))
    if total > at_once:
        for label, to, icon in (
            ("Back", start - at_once, "chevron_left"),
            ("More", start + at_once, "chevron_right"),
        ):
            st.button(
                label,
                key=f"quiet_looks_{label}",
                type="tertiary",
                icon=f":material/{icon}:",
                disabled=not 0 <= to < total,
                on_click=shown.update,
                args=({depth: to},),
            )
        st.markdown(f":small[:gray[{units[0] + 1} to {units[-1] + 1} of {total}]]", width="content")
    return units


# ---- what lies near what ----


def neighbours(snapshot: Snapshot) -> None:
    """Test images as points, by what the last hidden layer makes of them."""
    taken = _taken("near", snapshot)
    results = taken.made
    if "images" not in results:
        results.update(_answers(taken.snapshot))
    count, size = results["hidden"].shape
    with st.container(key="looks_head", horizontal=True, vertical_alignment="center", gap=12):
        way = st.segmented_control(
            "Way",
            (PCA, TSNE),
            default=PCA,
            required=True,
            key="looks_way",
            label_visibility="collapsed",
            help="PCA: the flat view along "
            "which the points spread most. t-SNE: keeps neighbours "
            "together; takes some seconds.",
        )
        layout.title(
            f"{count:,} test images",
            f"by the {size} numbers of the last hidden layer; a red ring: read wrongly",
        )
        _renew(taken, snapshot)
    if way == PCA:
        points, shares = embedding.pca(results["hidden"])
        words = (
            f"The two directions hold {numerals.percent(shares.sum(), 0)} of the variance "
            f"({numerals.percent(shares[0], 0)} and {numerals.percent(shares[1], 0)}); the "
            f"rest is flattened."
        )
    else:
        if "job" not in results:
            results["job"] = Job(TSNE, lambda: embedding.tsne(results["hidden"]))
            results["job"].start()
        job = results["job"]
        if job.running:
            _wait(job)
            return
        if job.failure:
            _failed(job, results)
            return
        points, words = (
            job.result,
            (
                "Near points are alike to the network. How far apart the "
                "groups lie, and how large they are, means little."
            ),
        )
    live.show(
        "embedding",
        "looks_near",
        views.embedding(
            points,
            results["images"],
            results["labels"],
            results["answers"],
            taken.snapshot.labels,
            way,
        ),
    )
    st.markdown(
        f":small[:gray[{words} Stretched to fill the frame. Point at one to see its "
        "image; choose a class to pick it out.]]"
    )


def _answers(snapshot: Snapshot) -> dict[str, np.ndarray]:
    """The first test images, what the last hidden layer makes of them, and what is read."""
    test = snapshot.data.test
    count = min(len(test), IMAGES if test.x.shape[1] == 1 else IMAGES // 2)
    x, depth = test.x[:count], embedding.last_hidden(snapshot.network)
    layers = snapshot.activations(x)
    hidden = layers[depth - 1] if depth else numbers(x, snapshot.data.scale)
    return {
        "images": x,
        "labels": test.y[:count],
        "hidden": hidden.reshape(count, -1),
        "answers": snapshot.network.loss.classes(layers[-1].reshape(count, -1)),
    }


def _failed(job: Job[np.ndarray], results: dict[str, Any]) -> None:
    """Why there is no map, and another try."""
    st.error(job.failure, icon=":material/error:")
    st.button(
        "Try again",
        key="looks_again",
        icon=":material/refresh:",
        on_click=results.pop,
        args=("job",),
    )


@st.fragment(run_every=PACE)
def _wait(job: Job[np.ndarray]) -> None:
    if not job.running:
        st.rerun()
    st.markdown(
        ":gray[:material/hourglass_top: t-SNE moves the points about until neighbours are "
        "together; some seconds.]"
    )


# ---- a network that goes on training ----


def _taken(panel: str, snapshot: Snapshot) -> Taken:
    """The Snapshot that a panel shows: the first one of this network, until one asks for a newer.

    What is dear is not made again twice a second while the network trains.
    """
    taken = visit.state(Questions).taken
    before = taken.get(panel)
    same = (
        before is not None
        and before.snapshot.experiment == snapshot.experiment
        and (before.snapshot.data is snapshot.data and before.snapshot.step <= snapshot.step)
    )
    if not same:
        taken[panel] = Taken(snapshot)
    return taken[panel]


def _renew(taken: Taken, snapshot: Snapshot) -> None:
    """Offer the newest network where the one shown is not that any more."""
    if taken.snapshot.step == snapshot.step:
        return
    st.markdown(
        f":small[:gray[as it was at epoch {numerals.fixed(taken.snapshot.epoch, 1)}; it has "
        f"trained on since]]",
        width="content",
    )

    def now() -> None:
        taken.snapshot = snapshot
        taken.made.clear()

    st.button(
        "Look again",
        key="quiet_looks_again",
        type="tertiary",
        icon=":material/refresh:",
        on_click=now,
    )

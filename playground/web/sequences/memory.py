"""Memory: the network unrolled in time while it reads one sequence, and any number worked out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from playground.analysis.cell.slopes import Slopes
from playground.training.snapshot import Snapshot
from playground.views import unrolled
from playground.web.frame import layout, live, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.frame.events import Cell


@dataclass
class Look:
    """Which test sequence is read, which strand is shown, and the cell that was clicked."""

    index: int = 0
    strand: int = 0
    layer: int | None = None
    place: int | None = None


def draw(desk: Desk, snapshot: Snapshot) -> None:
    """Strip, maps and answers on the left; the arithmetic of the chosen cell on the right."""
    now, test = visit.state(Look, desk.name), snapshot.data.test
    now.index %= max(len(test), 1)
    scene = unrolled.scene(snapshot, test, now.index)
    if not scene.strands:
        st.markdown(
            ":gray[Nothing remembers here: add a Simple RNN, LSTM or GRU layer to see its memory.]"
        )
        return
    now.strand = min(now.strand, len(scene.strands) - 1)
    _head(now, scene)
    chosen = unrolled.checked(scene, now.layer, now.place) or unrolled.start(scene, now.strand)
    left, right = st.columns([572, 312], gap=24)
    with left:
        live.show(
            "unrolled",
            "unrolled_view",
            unrolled.payload(scene, now.strand, chosen, slope(snapshot, scene, now.strand)),
            cell=lambda event: hear(now, event),
        )
    with right:
        live.show(
            "inside_cell",
            "unrolled_cell",
            unrolled.cell(scene, chosen),
            cell=lambda event: hear(now, event),
        )


def _head(now: Look, scene: unrolled.Scene) -> None:
    """Which sequence, what is answered, and the next one."""
    names = unrolled.strand_names(scene)
    count = len(scene.data.test)

    def following() -> None:
        now.index += 1

    with st.container(key="unrolled_head", horizontal=True, vertical_alignment="center", gap=8):
        note = f"test sequence {now.index + 1:,} of {count:,}. {unrolled.verdict(scene)}"
        layout.title("Unrolled in time", note, width="stretch")
        if len(names) > 1:
            st.selectbox(
                "Layer",
                range(len(names)),
                index=now.strand,
                format_func=lambda number: names[number] if number < len(names) else "",
                key=f"unrolled_strand_{len(names)}",
                label_visibility="collapsed",
                width=230,
                on_change=lambda: take_strand(now, len(names)),
            )
        st.button(
            "Next",
            icon=":material/chevron_right:",
            type="tertiary",
            key="quiet_next_sequence",
            on_click=following,
            help="The next test sequence.",
        )


def take_strand(now: Look, count: int) -> None:
    """Show another layer, level or direction; its first cell is worked out."""
    now.strand = widgets.value(f"unrolled_strand_{count}", 0)
    now.layer = now.place = None


def hear(now: Look, event: Cell) -> None:
    """A cell was clicked: which there are, `unrolled.checked` knows."""
    now.layer, now.place = event.layer, event.place


def slope(
    snapshot: Snapshot, scene: unrolled.Scene, strand: int, last: bool = False
) -> np.ndarray | None:
    """∂L/∂ the output of the strand's layer, for this sequence; None where nothing is asked.

    last: of the answer asked for last alone, so that it tells how far back that reaches.
    """
    y = unrolled.last_alone(scene) if last else scene.y
    of = (snapshot.experiment.layers, snapshot.experiment.loss, snapshot.data.shape)
    slopes = visit.once(f"sequences_slopes_{len(of[0])}", of, lambda: Slopes(snapshot.network))
    gradients = slopes.of_loss(snapshot.network, scene.values[0], y)
    return gradients.values[scene.strands[strand].position + 1]

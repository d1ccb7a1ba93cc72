"""The bar on top: play, step, start over, how far it has come, how fast it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.experiment import Experiment, numerals
from playground.training.snapshot import Snapshot
from playground.web.frame import widgets
from playground.web.frame.desk import Desk
from playground.web.parts import forms, rewind

SPEEDS = {"slow": "Slow", "normal": "Normal", "max": "Max"}


def bar(desk: Desk, verb: str = "Play") -> DeltaGenerator:
    """Draw the bar; returns the place of the clock, which `clock` fills with every update."""
    stuck, playing = desk.stuck, desk.playing
    grows = not desk.experiment.network
    plays = desk.experiment.adversarial is not None
    desk.told_playing = playing
    with st.container(key="transport", horizontal=True, vertical_alignment="center", gap=8):
        _button(
            desk,
            "play",
            "Pause" if playing else verb,
            desk.toggle,
            stuck,
            icon=":material/pause:" if playing else ":material/play_arrow:",
            type="primary",
            width=100,
        )
        _button(
            desk,
            "step",
            "Step",
            desk.step,
            stuck,
            icon=":material/skip_next:",
            help="Grow one more."
            if grows
            else "A whole turn of both networks."
            if plays
            else "Learn from one batch.",
        )
        _button(
            desk,
            "reset",
            "Reset",
            desk.reset,
            stuck,
            icon=":material/replay:",
            help="Back to nothing grown." if grows else "Back to the same starting weights.",
        )
        _button(
            desk,
            "reseed",
            "Reseed",
            desk.reseed,
            stuck,
            icon=":material/casino:",
            help="Grow from other chances." if grows else "Draw other starting weights.",
        )
        place = st.container(
            key="clock", width="stretch", horizontal=True, gap=20, vertical_alignment="center"
        )
        if desk.run is None:
            clock(place, ("0", unit(desk.experiment)))
        rewind.scrubber(desk)
        if not grows and not plays:  # two networks have two rates: the sentence says both
            with st.container(key="rate", width=176):
                forms.rate(desk, ("optimizer", "learning_rate"), "Learning rate", forms.RATES)
        with st.container(key="speed", width="content"):
            _speed(desk)
    return place


def _button(
    desk: Desk, name: str, label: str, do: Callable[[], None], stuck: bool, **options: Any
) -> None:
    """A verb of the desk, unless a link hides it."""
    if not desk.controls.hides(name):
        st.button(
            label,
            key=f"{desk.name}_{name}",
            on_click=do,
            disabled=stuck or desk.controls.fixes(name),
            **options,
        )


def _speed(desk: Desk) -> None:
    if desk.controls.hides("speed"):
        return
    key = f"{desk.name}_speed"

    def moved() -> None:
        if speed := widgets.value(key):  # nothing while the browser has not said what is chosen
            desk.set_speed(speed)

    widgets.suggest(key, desk.speed)
    st.segmented_control(
        "Speed",
        SPEEDS,
        format_func=lambda name: SPEEDS.get(name, ""),
        required=True,
        key=key,
        disabled=desk.controls.fixes("speed"),
        on_change=moved,
    )


def unit(experiment: Experiment) -> str:
    """What the clock counts: epochs, or levels, trees, stages; nothing where it counts both."""
    if experiment.trees is None:
        return "epochs"
    return f"{experiment.trees.make().unit}s" if experiment.hybrid is None else ""


def counted(snapshot: Snapshot) -> tuple[int | float, str]:
    """How far it has come: a number, and what was counted last."""
    experiment = snapshot.experiment
    if experiment.trees is None:
        return snapshot.epoch, "epochs"
    units, grown = f"{experiment.trees.make().unit}s", len(cast(Any, snapshot.network).stages)
    if experiment.hybrid is None or (grown and experiment.hybrid.make().network_first):
        return grown, units
    if experiment.hybrid.make().network_first:
        return snapshot.epoch, "epochs"
    learned = snapshot.epoch - grown
    return (learned, "epochs") if learned > 0 else (grown, units)


def readings(place: DeltaGenerator, snapshot: Snapshot) -> None:
    """Epochs so far and the pace; while the network compiles, what the page waits for."""
    if snapshot.experiment.trees is not None:
        count, units = counted(snapshot)
        write = numerals.epochs if units == "epochs" else numerals.count
        clock(place, (write(count), units[: -1 if count == 1 else None]))
    elif snapshot.status == "compiling":
        clock(place, (numerals.epochs(snapshot.epoch), "epochs"), ("", "getting ready"))
    elif snapshot.status == "running" and snapshot.steps_per_second:
        clock(
            place,
            (numerals.epochs(snapshot.epoch), "epochs"),
            (numerals.epochs(snapshot.epochs_per_second), "epochs/s"),
            (numerals.count(snapshot.steps_per_second), "steps/s"),
        )
    else:
        clock(place, (numerals.epochs(snapshot.epoch), "epochs"))


def clock(place: DeltaGenerator, *readings: tuple[str, str]) -> None:
    """Show readings such as ``("179", "epochs")`` in the bar."""
    with place:
        for value, unit in readings:
            st.markdown(f"**{value}** {unit}" if value else unit, width="content")

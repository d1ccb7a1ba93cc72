"""What the last word of the recipe opens: the rate over time, steps, ends, changed images."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st
from pydantic import BaseModel

from playground.engine import registry
from playground.experiment import Experiment, Stop, numerals
from playground.web.frame.desk import Desk
from playground.web.parts import forms

WIDTH = 320  # px
SAID = 2  # settings named in the sentence


def label(experiment: Experiment) -> str:
    """What is not as usual, in a few words, and that there is more."""
    phrases = [*_training(experiment), *_ending(experiment.stop)]
    rest = [f"+{len(phrases) - SAID}"] if len(phrases) > SAID else []
    return ", ".join([*phrases[:SAID], *rest, "more"])


def _training(experiment: Experiment) -> list[str]:
    phrases = [registry.phrase(experiment.schedule.make())]
    if experiment.clip_norm or experiment.clip_value:
        phrases.append("clipped gradients")
    if experiment.accumulate > 1:
        phrases.append(f"{experiment.accumulate} batches a step")
    if not experiment.shuffle:
        phrases.append("unshuffled")
    phrases.append(registry.phrase(experiment.augmentation.make()))
    return [words for words in phrases if words]


def _ending(stop: Stop) -> list[str]:
    phrases = []
    if stop.epochs is not None:
        phrases.append(f"{stop.epochs:,} epoch{'s' if stop.epochs > 1 else ''}")
    if stop.target_loss is not None:
        phrases.append(f"until loss {numerals.short(stop.target_loss, 6)}")
    if stop.target_accuracy is not None:
        phrases.append(f"until {numerals.short(100 * stop.target_accuracy, 6)} % right")
    if stop.patience is not None:
        phrases.append(f"patience {stop.patience:,}")
    return phrases


def form(desk: Desk) -> None:
    """One topic at a time."""
    topics: dict[str, Callable[[Desk], None]] = {"Rate": _rate, "Steps": _steps, "Stop": stop}
    if len(desk.experiment.data.make().shape) == 3:
        topics["Images"] = _images
    with st.container(width=WIDTH, gap=8):
        chosen = st.segmented_control(
            "More settings",
            list(topics),
            default="Rate",
            required=True,
            key=f"{desk.name}_more",
            label_visibility="collapsed",
            width="stretch",
        )
        topics[chosen](desk)


def _rate(desk: Desk) -> None:
    forms.piece(
        desk,
        "schedule",
        "The learning rate",
        help="Whether and how it changes while training goes on. What you set as learning "
        "rate is multiplied by this curve.",
    )


def _steps(desk: Desk) -> None:
    _numbers(
        desk,
        Experiment,
        ("clip_norm", "Clip by norm", 0.0, 1e6, 0.1),
        ("clip_value", "Clip by value", 0.0, 1e6, 0.1),
    )
    if desk.experiment.adversarial is None:
        _numbers(desk, Experiment, ("accumulate", "Batches per step", 1, 64, 1))
    forms.bound(
        desk, ("shuffle",), st.toggle, "Shuffle in every epoch", help=_help(Experiment, "shuffle")
    )
    st.caption("Clipping changes while the network trains; the others start it again.")


def stop(desk: Desk) -> None:
    stop = desk.experiment.stop
    if desk.experiment.adversarial is not None:
        _numbers(desk, Stop, ("stop", "epochs", "After epochs", 1, 1_000_000, 1))
        st.caption("The losses of a game need not fall while it goes well, so they are no goals.")
        return
    _numbers(
        desk,
        Stop,
        ("stop", "epochs", "After epochs", 1, 1_000_000, 1),
        ("stop", "target_loss", "At a loss of", 0.0, 1e6, 0.01),
    )
    goals: list[tuple] = [("stop", "patience", "Patience, epochs", 1, 1_000_000, 1)]
    if desk.experiment.data.make().classes and not desk.experiment.loss.make().reconstructs:
        goals.insert(0, ("stop", "target_accuracy", "At an accuracy of, %", 0.01, 100.0, 1.0))
    _numbers(desk, Stop, *goals)
    if stop.patience is not None:
        _numbers(desk, Stop, ("stop", "min_delta", "A fall is at least", 0.0, 1e6, 0.001))
        forms.bound(
            desk,
            ("stop", "restore_best"),
            st.toggle,
            "Bring back the best weights",
            help=_help(Stop, "restore_best"),
        )
    if {"features", "validation_fraction"} <= set(type(desk.experiment.data).model_fields):
        _validation(desk)
    run = desk.run
    split = "validation" if run and len(run.data.validation) else "test"
    patient = "validation" if split == "validation" else "training"
    st.caption(
        f"The first that holds at the end of an epoch stops training. Goals look at the "
        f"{split} set here, patience at the {patient} set. Empty: never."
    )


def _validation(desk: Desk) -> None:
    """Points to choose by; a set of images has some of its own."""
    field = type(desk.experiment.data).model_fields["validation_fraction"]
    forms.bound(
        desk,
        ("data", "validation_fraction"),
        st.slider,
        field.title or "",
        0,
        50,
        step=5,
        format="%d %%",
        help=field.description,
        show=lambda part: round(100 * part),
        keep=lambda percent: percent / 100,
    )


def _images(desk: Desk) -> None:
    forms.piece(
        desk,
        "augmentation",
        "Training images",
        help="Whether training sees each image a little changed, anew in every epoch. "
        "Test images stay as they are.",
    )


def _help(model: type[BaseModel], name: str) -> str:
    return model.model_fields[name].description or ""


def _times(factor: float, digits: int, value: float | None) -> float | None:
    """A share in percent, or back; nothing stays nothing."""
    return value if value is None or factor == 1 else round(value * factor, digits)


def _numbers(desk: Desk, model: type[BaseModel], *facts: tuple) -> None:
    """Number fields, two a row: path, words, bounds and step; shares are shown in percent."""
    places = st.columns(2, gap=8, wrap=False)
    for place, (*path, words, low, high, step) in zip(places, facts, strict=False):
        percent = 100 if path[-1] == "target_accuracy" else 1
        with place:
            forms.bound(
                desk,
                tuple(path),
                st.number_input,
                words,
                low,
                high,
                step=step,
                format="%d" if isinstance(step, int) else "%g",
                help=_help(model, path[-1]),
                placeholder="never",
                show=partial(_times, percent, 6),
                keep=partial(_times, 1 / percent, 8),
            )

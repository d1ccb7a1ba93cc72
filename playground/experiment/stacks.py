"""The stacks of layers in an Experiment: its own, and that of a discriminator beside it."""

from __future__ import annotations

from typing import Any

from playground.engine import Plan
from playground.experiment.adversarial_checks import DISCRIMINATOR
from playground.experiment.experiment import Experiment

Where = tuple[str, ...]
Layers = list[dict[str, Any]]
OWN: Where = ("layers",)


def of(experiment: Experiment) -> tuple[Where, ...]:
    """Where its stacks are."""
    return (OWN,) if experiment.adversarial is None else (OWN, DISCRIMINATOR)


def layers(description: dict[str, Any], where: Where = OWN) -> Layers:
    """The layers of a stack in a description, to be read or changed there."""
    place: Any = description
    for name in where:
        place = place[name]
    return place


def changed(experiment: Experiment, layers_: Layers, where: Where = OWN) -> Experiment:
    """The Experiment with other layers in one stack; they need not fit."""
    description = experiment.described()
    layers(description, where)[:] = layers_
    return Experiment.model_validate(description)


def plan(experiment: Experiment, where: Where = OWN) -> Plan:
    """Every layer of a stack with its shapes; ShapeError says which does not fit."""
    return experiment.plan() if where == OWN else experiment.opponent_plan()


def input_shape(experiment: Experiment, where: Where = OWN) -> tuple[int, ...]:
    """The shape of what the first layer of a stack reads; a discriminator reads samples."""
    return experiment.reads if where == OWN else tuple(experiment.data.make().shape)

"""A stack of layers as lines to read: what each is, what comes out, and why one does not fit.

Layers are descriptions here, as an Experiment's JSON holds them: ``{"type": "dense", "units": 4}``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from playground.engine import ShapeError, registry, words
from playground.experiment import Experiment, edits, repairs, stacks
from playground.experiment.presets import PRESETS, Preset
from playground.experiment.repairs import Repair
from playground.experiment.stacks import OWN, Where
from playground.views import rows

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class Line:
    """One layer. `shape` is empty from the layer on that does not fit."""

    icon: str
    title: str
    name: str  # the title, shorter
    summary: str
    shape: str = ""
    before: str = ""  # the shape of what it reads
    parameters: int = 0
    multiply_adds: int = 0
    numbers: int = 0  # in one sample's answer

    def memory(self, batch: int) -> int:
        """Bytes of its weights and of its answers to a batch."""
        return 4 * (self.parameters + batch * self.numbers)


@dataclass(frozen=True)
class Trouble:
    """The first layer that does not fit, why, and what would help."""

    position: int
    reason: str
    because: str
    repairs: tuple[Repair, ...]


def lines(experiment: Experiment, where: Where = OWN) -> tuple[list[Line], Trouble | None]:
    """Every layer of a stack as a line, and the trouble if there is one."""
    problem = edits.problem(experiment, where)
    layers, fitting = stacks.layers(experiment.described(), where), experiment
    if problem and problem.fixes:  # a layer does not fit; else the last one does not suit the loss
        fitting = stacks.changed(experiment, layers[: problem.position], where)
    known = [
        _line(
            layer,
            words(row.output_shape),
            words(row.input_shape),
            row.parameters,
            row.multiply_adds,
            math.prod(row.output_shape),
        )
        for layer, row in zip(layers, stacks.plan(fitting, where).rows, strict=False)
    ]
    lines = known + [_line(layer) for layer in layers[len(known) :]]
    return lines, _trouble(experiment, problem, where) if problem else None


COPIES, GAME, ANSWERS = "copies", "game", "answers"  # what a network is for


def _purpose(name: str) -> str:
    """What the named Experiment is for; nothing where it has no network."""
    experiment = PRESETS[name].experiment
    if "adversarial" in experiment:
        return GAME
    if "loss" not in experiment:
        return ""
    copies = registry.get("loss", experiment["loss"]["type"]).reconstructs
    return COPIES if copies else ANSWERS


@cache
def _named(purpose: str) -> dict[str, Experiment]:
    return {name: Experiment.preset(name) for name in PRESETS if _purpose(name) == purpose}


@cache
def autoencoders() -> dict[str, Experiment]:
    """Named Experiments that learn their own input, by name: on images first."""
    known = _named(COPIES)
    return dict(sorted(known.items(), key=lambda item: len(item[1].data.make().shape) != 3))


def games() -> dict[str, Experiment]:
    """Named Experiments of a generator and a discriminator, by name."""
    return _named(GAME)


def presets(data: str) -> dict[str, Experiment]:
    """Named Experiments on the same data that answer something, by name; on images, those on any
    images."""
    on_images = _images(data)
    kinds = {
        name: PRESETS[name].experiment["data"]["type"]
        for name in PRESETS
        if _purpose(name) == ANSWERS
    }
    return {
        name: Experiment.preset(name)
        for name, kind in kinds.items()
        if (_images(kind) if on_images else kind == data)
    }


def _images(data: str) -> bool:
    return len(registry.make("data", {"type": data}).shape) == 3


def preset(experiment: Experiment) -> Preset | None:
    """Whose layers these are."""
    if experiment.adversarial is not None:
        named = games()
    elif experiment.loss.make().reconstructs:
        named = autoencoders()
    else:
        named = presets(experiment.data.type)
    same = [name for name, known in named.items() if _alike(known, experiment)]
    return PRESETS[same[0]] if same else None


def _alike(known: Experiment, experiment: Experiment) -> bool:
    """Whether they have the same layers; of a game, all that makes it that game."""
    if known.adversarial is None or experiment.adversarial is None:
        return known.layers == experiment.layers
    same = (
        getattr(known, name) == getattr(experiment, name)
        for name in ("layers", "adversarial", "data", "optimizer")
    )
    return all(same)


def place(experiment: Experiment, new: dict[str, Any], where: Where = OWN) -> int:
    """Where a new layer goes: as far down as the stack still fits, before the output layer."""
    layers = stacks.layers(experiment.described(), where)
    for position in range(len(layers) - 1, -1, -1):
        grown = [*layers[:position], new, *layers[position:]]
        if edits.problem(stacks.changed(experiment, grown, where), where) is None:
            return position
    return max(len(layers) - 1, 0)


# ---- what is wrong, and what would help ----


def _trouble(experiment: Experiment, problem: ShapeError, where: Where) -> Trouble:
    why = problem.message.partition(" does not fit: ")[2]
    reason = f"Layer {problem.position + 1}: {why}" if why else problem.message
    layers = stacks.layers(experiment.described(), where)
    before = stacks.changed(experiment, layers[: problem.position], where)
    because = _because(before, where) if problem.fixes else ""
    return Trouble(problem.position, reason, because, repairs.repairs(experiment, where))


def _because(experiment: Experiment, where: Where) -> str:
    """Three poolings have shrunk 28×28 too far; nothing if that is not why."""
    shrinking = repairs.shrinking(experiment, where)
    plan = stacks.plan(experiment, where)
    if not shrinking or plan.output_shape[-1] > 4:
        return ""
    count = NUMBERS[len(shrinking)] if len(shrinking) < len(NUMBERS) else str(len(shrinking))
    pooled = all(plan.rows[at].layer.family == "pool" for at in shrinking)
    one, many = ("pooling has", "poolings have") if pooled else ("layer has", "layers have")
    phrase = one if len(shrinking) == 1 else many
    shape = stacks.input_shape(experiment, where)
    return f"{count.capitalize()} {phrase} shrunk {words(shape[-2:])} too far."


def _line(layer: dict[str, Any], *facts: Any) -> Line:
    return Line(rows.icon(layer), rows.title(layer), rows.short(layer), rows.summary(layer), *facts)

"""A stack of layers as lines to read: what each is, what comes out, and why one does not fit.

Layers are descriptions here, as an Experiment's JSON holds them: ``{"type": "dense", "units": 4}``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from playground.engine import ShapeError, registry, words
from playground.experiment import Experiment, edits, repairs
from playground.experiment.presets import PRESETS, Preset
from playground.experiment.repairs import Layers, Repair
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


def lines(experiment: Experiment) -> tuple[list[Line], Trouble | None]:
    """Every layer as a line, and the trouble if there is one."""
    layers, problem = experiment.described()["layers"], edits.problem(experiment)
    fitting = experiment
    if problem and problem.fixes:  # a layer does not fit; else the last one does not suit the loss
        fitting = changed(experiment, layers[: problem.position])
    known = [
        _line(
            layer,
            words(row.output_shape),
            words(row.input_shape),
            row.parameters,
            row.multiply_adds,
            math.prod(row.output_shape),
        )
        for layer, row in zip(layers, fitting.plan().rows, strict=False)
    ]
    lines = known + [_line(layer) for layer in layers[len(known) :]]
    return lines, _trouble(experiment, problem) if problem else None


@cache
@cache
def autoencoders() -> dict[str, Experiment]:
    """Named Experiments that learn their own input, by name: on images first."""
    known = {
        name: Experiment.preset(name)
        for name, preset in PRESETS.items()
        if "loss" in preset.experiment and _reconstructs(name)
    }
    return dict(sorted(known.items(), key=lambda item: len(item[1].data.make().shape) != 3))


def _reconstructs(name: str) -> bool:
    return bool(registry.get("loss", PRESETS[name].experiment["loss"]["type"]).reconstructs)


def presets(data: str) -> dict[str, Experiment]:
    """Named Experiments on the same data that answer something, by name; on images, those on any
    images."""
    on_images = _images(data)
    kinds = {
        name: preset.experiment["data"]["type"]
        for name, preset in PRESETS.items()
        if "loss" in preset.experiment  # neither trees nor games
    }
    return {
        name: Experiment.preset(name)
        for name, kind in kinds.items()
        if (_images(kind) if on_images else kind == data) and not _reconstructs(name)
    }


def _images(data: str) -> bool:
    return len(registry.make("data", {"type": data}).shape) == 3


def preset(experiment: Experiment) -> Preset | None:
    """Whose layers these are."""
    copies = experiment.loss.make().reconstructs
    named = autoencoders() if copies else presets(experiment.data.type)
    same = [name for name, known in named.items() if known.layers == experiment.layers]
    return PRESETS[same[0]] if same else None


def place(experiment: Experiment, new: dict[str, Any]) -> int:
    """Where a new layer goes: as far down as the stack still fits, before the output layer."""
    layers = experiment.described()["layers"]
    for position in range(len(layers) - 1, -1, -1):
        grown = [*layers[:position], new, *layers[position:]]
        if edits.problem(changed(experiment, grown)) is None:
            return position
    return max(len(layers) - 1, 0)


def changed(experiment: Experiment, layers: Layers) -> Experiment:
    """The Experiment with other layers."""
    return Experiment.model_validate({**experiment.described(), "layers": layers})


# ---- what is wrong, and what would help ----


def _trouble(experiment: Experiment, problem: ShapeError) -> Trouble:
    why = problem.message.partition(" does not fit: ")[2]
    reason = f"Layer {problem.position + 1}: {why}" if why else problem.message
    before = changed(experiment, experiment.described()["layers"][: problem.position])
    because = _because(before) if problem.fixes else ""
    return Trouble(problem.position, reason, because, repairs.repairs(experiment))


def _because(experiment: Experiment) -> str:
    """Three poolings have shrunk 28×28 too far; nothing if that is not why."""
    shrinking = repairs.shrinking(experiment)
    if not shrinking or experiment.plan().output_shape[-1] > 4:
        return ""
    count = NUMBERS[len(shrinking)] if len(shrinking) < len(NUMBERS) else str(len(shrinking))
    pooled = all(experiment.layers[at].make().family == "pool" for at in shrinking)
    one, many = ("pooling has", "poolings have") if pooled else ("layer has", "layers have")
    phrase = one if len(shrinking) == 1 else many
    return f"{count.capitalize()} {phrase} shrunk {words(_input(experiment)[-2:])} too far."


def _input(experiment: Experiment) -> tuple[int, ...]:
    return tuple(experiment.data.make().shape)


def _line(layer: dict[str, Any], *facts: Any) -> Line:
    return Line(rows.icon(layer), rows.title(layer), rows.short(layer), rows.summary(layer), *facts)

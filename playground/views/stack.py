"""A stack of layers as lines to read: what each is, what comes out, and why one does not fit.

Layers are descriptions here, as an Experiment's JSON holds them: ``{"type": "dense", "units": 4}``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from playground.engine import Fix, ShapeError, registry, words
from playground.experiment import Experiment, edits
from playground.experiment.presets import PRESETS, Preset
from playground.views import rows

Layers = list[dict[str, Any]]

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
class Repair:
    """One way to make the stack fit: the layers that it would leave."""

    label: str
    layers: Layers


@dataclass(frozen=True)
class Trouble:
    """The first layer that does not fit, why, and what would help."""

    position: int
    reason: str
    because: str
    repairs: tuple[Repair, ...]


def lines(experiment: Experiment) -> tuple[list[Line], Trouble | None]:
    """Every layer as a line, and the trouble if there is one."""
    layers, fault = experiment.described()["layers"], _fault(experiment)
    fitting = changed(experiment, layers[: fault.fits]) if fault else experiment
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
    return lines, _trouble(experiment, fault) if fault else None


@cache
def presets(data: str) -> dict[str, Experiment]:
    """Named Experiments on the same data, by name; on images, those on any images."""
    on_images = _images(data)
    kinds = {name: preset.experiment["data"]["type"] for name, preset in PRESETS.items()}
    return {
        name: Experiment.preset(name)
        for name, kind in kinds.items()
        if (_images(kind) if on_images else kind == data)
    }


def _images(data: str) -> bool:
    return len(registry.make("data", {"type": data}).shape) == 3


def preset(experiment: Experiment) -> Preset | None:
    """Whose layers these are."""
    same = [
        name
        for name, known in presets(experiment.data.type).items()
        if known.layers == experiment.layers
    ]
    return PRESETS[same[0]] if same else None


def place(experiment: Experiment, new: dict[str, Any]) -> int:
    """Where a new layer goes: as far down as the stack still fits, before the output layer."""
    layers = experiment.described()["layers"]
    for position in range(len(layers) - 1, -1, -1):
        grown = [*layers[:position], new, *layers[position:]]
        if _fault(changed(experiment, grown)) is None:
            return position
    return max(len(layers) - 1, 0)


def changed(experiment: Experiment, layers: Layers) -> Experiment:
    """The Experiment with other layers."""
    return Experiment.model_validate({**experiment.described(), "layers": layers})


# ---- what is wrong, and what would help ----


@dataclass(frozen=True)
class _Fault:
    """What the engine or the Experiment says against a stack; the first `fits` layers do fit."""

    position: int
    message: str
    fits: int
    fixes: tuple[Fix, ...] = ()


def _fault(experiment: Experiment) -> _Fault | None:
    try:
        message = experiment.mismatch()
    except ShapeError as error:
        return _Fault(error.position, error.message, error.position, error.fixes)
    last = len(experiment.layers) - 1
    return _Fault(last, message, last + 1) if message else None


def _trouble(experiment: Experiment, fault: _Fault) -> Trouble:
    why = fault.message.partition(" does not fit: ")[2]
    reason = f"Layer {fault.position + 1}: {why}" if why else fault.message
    before = changed(experiment, experiment.described()["layers"][: fault.position])
    because = _because(before) if fault.fixes else ""
    repairs = _repairs(experiment, fault)
    left = [_unreached(changed(experiment, repair.layers)) for repair in repairs]
    # Those that mend the whole stack; if none does, those that mend it furthest.
    best = [repair for repair, rest in zip(repairs, left, strict=True) if rest == min(left)]
    return Trouble(fault.position, reason, because, tuple(best))


def _unreached(experiment: Experiment) -> int:
    """How many layers, from the end, stand at or behind the first that does not fit."""
    fault = _fault(experiment)
    return 0 if fault is None else max(1, len(experiment.layers) - fault.position)


def _repairs(experiment: Experiment, fault: _Fault) -> list[Repair]:
    """What the engine offers, and what only the whole stack can know, the gentlest first."""
    layers, at = experiment.described()["layers"], fault.position
    head, broken, tail = layers[:at], layers[at : at + 1], layers[at + 1 :]
    offers = [fix for fix in fault.fixes if fix.changes is not None]
    repairs = [
        Repair(
            fix.label,
            [
                *layers[: fix.position],
                {**layers[fix.position], **(fix.changes or {})},
                *layers[fix.position + 1 :],
            ],
        )
        for fix in offers
    ]
    repairs.append(Repair("Flatten first", edits.flattened(experiment, at)["layers"]))
    if fault.fits > at or not layers:  # everything fits but the end
        repairs += _endings(experiment, layers)
    shrinking = [] if fault.fits > at else _shrinking(changed(experiment, head))
    if shrinking:
        last = shrinking[-1]
        repairs.append(Repair(f"Remove layer {last + 1}", layers[:last] + layers[last + 1 :]))
    if broken:
        repairs.append(Repair(f"Remove layer {at + 1}", head + tail))
    return repairs


def _endings(experiment: Experiment, layers: Layers) -> list[Repair]:
    """Last layers that give one number a class."""
    classes = experiment.data.make().classes
    more = edits.ending(experiment, classes)
    name = rows.title(more[-1])
    ends = [Repair(f"Add a {name} layer of {classes}", [*layers, *more])]
    fitted = edits.with_outputs(experiment, classes)["layers"]
    if fitted != layers:
        ends.insert(0, Repair(f"Give it {classes} units", fitted))
    return ends


def _because(experiment: Experiment) -> str:
    """Three poolings have shrunk 28×28 too far; nothing if that is not why."""
    shrinking = _shrinking(experiment)
    if not shrinking or experiment.plan().output_shape[-1] > 4:
        return ""
    count = NUMBERS[len(shrinking)] if len(shrinking) < len(NUMBERS) else str(len(shrinking))
    pooled = all(experiment.layers[at].make().family == "pool" for at in shrinking)
    one, many = ("pooling has", "poolings have") if pooled else ("layer has", "layers have")
    phrase = one if len(shrinking) == 1 else many
    return f"{count.capitalize()} {phrase} shrunk {words(_input(experiment)[-2:])} too far."


def _shrinking(experiment: Experiment) -> list[int]:
    """Positions of the layers that halve an image, or more."""
    return [
        row.position
        for row in experiment.plan().rows
        if len(row.output_shape) == 3 and row.output_shape[-1] * 2 <= row.input_shape[-1]
    ]


def _input(experiment: Experiment) -> tuple[int, ...]:
    return tuple(experiment.data.make().shape)


def _line(layer: dict[str, Any], *facts: Any) -> Line:
    return Line(rows.icon(layer), rows.title(layer), rows.short(layer), rows.summary(layer), *facts)

"""A stack of layers as lines to read: what each is, what comes out, and why one does not fit.

Layers are descriptions here, as an Experiment's JSON holds them: ``{"type": "dense", "units": 4}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playground.engine import ShapeError, plan, registry

Layers = list[dict[str, Any]]

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ICONS = {"conv2d": "grid_on", "max_pool2d": "zoom_in_map", "avg_pool2d": "zoom_in_map",
         "flatten": "reorder", "dense": "hub"}
OTHER_ICON = "layers"


@dataclass(frozen=True)
class Line:
    """One layer. `shape` is empty from the layer on that does not fit."""

    icon: str
    title: str
    summary: str
    shape: str = ""
    parameters: int = 0
    multiply_adds: int = 0


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


def lines(layers: Layers, input_shape: Sequence[int]) -> tuple[list[Line], Trouble | None]:
    """Every layer as a line, and the trouble if there is one."""
    trouble = find_trouble(layers, input_shape)
    fitting = layers[:trouble.position] if trouble else layers
    rows = plan([registry.make("layer", layer) for layer in fitting], tuple(input_shape)).rows
    known = [_line(layer, _times(row.output_shape), row.parameters, row.multiply_adds)
             for layer, row in zip(fitting, rows, strict=True)]
    return known + [_line(layer) for layer in layers[len(known):]], trouble


def find_trouble(layers: Layers, input_shape: Sequence[int]) -> Trouble | None:
    """None if every layer fits."""
    error = _error(layers, input_shape)
    if error is None:
        return None
    reason = error.message.partition(" does not fit: ")[2] or error.message
    return Trouble(error.position, f"Layer {error.position + 1}: {reason}",
                   _because(layers[:error.position], input_shape),
                   tuple(_helpful(_repairs(layers, error, input_shape), input_shape)))


def title(layer: dict[str, Any]) -> str:
    """The layer's name as users read it."""
    return registry.get("layer", layer["type"]).title


def summary(layer: dict[str, Any]) -> str:
    """What matters about a layer in a few characters: 6 of 5×5, ReLU."""
    piece = registry.make("layer", layer)
    parts = []
    if hasattr(piece, "filters"):
        parts.append(f"{piece.filters} of {_times([piece.kernel_size] * 2)}")
    elif hasattr(piece, "pool_size"):
        parts.append(_times([piece.pool_size] * 2))
    elif hasattr(piece, "units"):
        parts.append(str(piece.units))
    elif hasattr(piece, "rate"):
        parts.append(f"{100 * piece.rate:g} %")
    curve = layer.get("activation", layer.get("name", "identity"))
    if curve != "identity":
        parts.append(registry.get("activation", curve).title)
    return ", ".join(parts)


def place(layers: Layers, new: dict[str, Any], input_shape: Sequence[int]) -> int:
    """Where a new layer goes: as far down as the stack still fits, before the output layer."""
    for position in range(len(layers) - 1, -1, -1):
        if _error([*layers[:position], new, *layers[position:]], input_shape) is None:
            return position
    return max(len(layers) - 1, 0)


def _line(layer: dict[str, Any], *facts: Any) -> Line:
    icon = ICONS.get(layer["type"], OTHER_ICON)
    return Line(icon, title(layer), summary(layer), *facts)


def _error(layers: Layers, input_shape: Sequence[int]) -> ShapeError | None:
    try:
        plan([registry.make("layer", layer) for layer in layers], tuple(input_shape))
    except ShapeError as error:
        return error
    return None


def _helpful(repairs: list[Repair], input_shape: Sequence[int]) -> list[Repair]:
    """Those that mend the whole stack; if none does, those that mend it furthest."""
    left = [_unreached(repair.layers, input_shape) for repair in repairs]
    return [repair for repair, rest in zip(repairs, left, strict=True) if rest == min(left)]


def _unreached(layers: Layers, input_shape: Sequence[int]) -> int:
    """How many layers, from the end, stand at or behind the first that does not fit."""
    error = _error(layers, input_shape)
    return 0 if error is None else len(layers) - error.position


def _repairs(layers: Layers, error: ShapeError, input_shape: Sequence[int]) -> list[Repair]:
    """What the engine offers, and what only the whole stack can know, the gentlest first."""
    at = error.position
    offers = [fix for fix in error.fixes if fix.changes is not None]
    repairs = [Repair(fix.label, [*layers[:fix.position],
                                  {**layers[fix.position], **fix.changes},
                                  *layers[fix.position + 1:]]) for fix in offers]
    repairs.append(Repair("Flatten first", [*layers[:at], {"type": "flatten"}, *layers[at:]]))
    shrinking = _shrinking(layers[:at], input_shape)
    if shrinking:
        last = shrinking[-1]
        repairs.append(Repair(f"Remove layer {last + 1}", layers[:last] + layers[last + 1:]))
    repairs.append(Repair(f"Remove layer {at + 1}", layers[:at] + layers[at + 1:]))
    return repairs


def _because(layers: Layers, input_shape: Sequence[int]) -> str:
    """Three poolings have shrunk 28×28 too far; nothing if that is not why."""
    shrinking = _shrinking(layers, input_shape)
    if not shrinking or plan([registry.make("layer", one) for one in layers],
                             tuple(input_shape)).output_shape[-1] > 4:
        return ""
    count = NUMBERS[len(shrinking)] if len(shrinking) < len(NUMBERS) else str(len(shrinking))
    word = "layer has" if len(shrinking) == 1 else "layers have"
    if all(layers[at]["type"].endswith("pool2d") for at in shrinking):
        word = "pooling has" if len(shrinking) == 1 else "poolings have"
    return f"{count.capitalize()} {word} shrunk {_times(input_shape[-2:])} too far."


def _shrinking(layers: Layers, input_shape: Sequence[int]) -> list[int]:
    """Positions of the layers that halve an image, or more."""
    rows = plan([registry.make("layer", layer) for layer in layers], tuple(input_shape)).rows
    return [row.position for row in rows if len(row.output_shape) == 3
            and row.output_shape[-1] * 2 <= row.input_shape[-1]]


def _times(sizes: Sequence[int]) -> str:
    return "×".join(map(str, sizes))

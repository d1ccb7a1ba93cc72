"""What is still to be done to a value becomes layers, or goes into the weights of its layer."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read import curves
from playground.formats.read.graph import Node
from playground.formats.read.stack import FUSED, Stack
from playground.formats.read.value import IMAGE, LARGEST, ORDERS, ROW, STEPS, Value, same_order

WORDS = {
    IMAGE: "an image (channels, height, width)",
    ROW: "a row of numbers",
    STEPS: "a sequence",
}


class Settling:
    """Values whose waiting steps are done when a layer needs them, each once."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.recalled: set[int] = set()  # layers that later ones read besides their input
        self.shared: set[int] = set()  # layers whose output several operators read
        self._activated: dict[tuple[int, str], int] = {}
        self._settled: dict[Value, Value] = {}
        self._complete: dict[Value, Value] = {}

    # ---- ways to read a value, from the one that leaves most to do ----
    def settled(self, what: Node | str, x: Any) -> Value:
        """The value without curves: what elementwise operators do has become layers."""
        if not isinstance(x, Value):
            raise FileError(f"The operator {what} reads a constant where a value is needed.")
        if x.whole:
            raise FileError(f"The operator {what} reads whole numbers, which only Gather does.")
        if x.curves is None:
            return x
        if x not in self._settled:
            self._settled[x] = self._steps_done(what, x)
        return self._settled[x]

    def unpadded(self, what: Node | str, x: Any) -> Value:
        """The settled value with its border, if there is one, within a layer."""
        value = self.settled(what, x)
        return value if value.pads is None else self.complete(what, value)

    def complete(self, what: Node | str, x: Any) -> Value:
        """The value with nothing left to do, except that its numbers may lie in another order."""
        value = self.settled(what, x)
        if value.line is None and value.pads is None:
            return value
        if value not in self._complete:
            self._complete[value] = self._padded(what, self._lined(what, value))
        return self._complete[value]

    def natural(self, what: Node | str, x: Any) -> Value:
        """The complete value, if the graph has its axes in our order."""
        return self.in_order(what, self.complete(what, x))

    def in_order(self, what: Node | str, value: Value) -> Value:
        """The value itself, if the graph has its axes in our order."""
        if value.order is not None or (value.axes not in ORDERS.values() and value.axes != "N?"):
            raise FileError(
                f"The operator {what} reads values with their axes in another order than ours: "
                "build the network with channels first (samples, channels, height, width)."
            )
        return value

    def layer(self, what: Node | str, x: Any, axes: str | None = None) -> Value:
        """Make a value the input of the next layer, which may want an image or a row."""
        value = self.natural(what, x)
        self.wanted(what, value, axes)
        self.stack.reach(what, value.layer, value.shape)
        return replace(value, layer=self.stack.tip)

    def wanted(self, what: Node | str, value: Value, axes: str | None) -> None:
        """FileError unless the value has these axes."""
        if axes is not None and value.axes != axes:
            raise FileError(
                f"The operator {what} reads {WORDS[axes]} here, and got samples of shape "
                f"{list(value.shape)}."
            )

    def image(self, what: Node | str, x: Any) -> tuple[Value, list[int]]:
        """A complete image in our order, and where the graph has its axes.

        The graph's axis i is axis permutation[i] of (channels, height, width).
        """
        value = self.complete(what, x)
        self.wanted(what, value, IMAGE)
        shape = self.stack.shapes[value.layer]
        last = shape[:1] == (1,) and value.shape == (*shape[1:], 1) != shape
        if value.order is None and last:  # one channel lies alike, first or last
            return replace(value, shape=shape), [1, 2, 0]
        if value.order is None:
            return value, [0, 1, 2]
        ours = np.arange(value.order.size).reshape(shape)
        for permutation in itertools.permutations(range(3)) if len(shape) == 3 else ():
            if np.array_equal(ours.transpose(permutation), value.order):
                return replace(value, order=None, shape=shape), list(permutation)
        return self.in_order(what, value), [0, 1, 2]

    # ---- elementwise steps ----
    def _steps_done(self, what: Node | str, x: Value) -> Value:
        chain = curves.chain(x.curves or {})
        if chain is None and x.terms:
            return self.add_values(what, *x.terms)
        value = replace(x, curves=None, operators=(), terms=None)
        if chain is None:
            parts = curves.mixture((x.curves or {}).get((), curves.GRID[:0]))
            if parts is not None:
                return self._mixed(what, value, parts)
            raise FileError(
                f"No activation of ours does what the operators {', '.join(x.operators)} do to a "
                "value: train the network with another, such as ReLU."
            )
        for step in chain:
            value = (
                self._activation(what, value, step)
                if isinstance(step, str)
                else self.scaled(what, value, *step)
            )
        return value

    def _mixed(self, what: Node | str, x: Value, parts: Iterable[tuple[Any, str, Any]]) -> Value:
        """The sum of activations of one value: a slope, a name and an offset of each."""
        value = self.complete(what, x)
        self.shared.add(value.layer)
        first, second = (
            self.scaled(
                what,
                value if name == "identity" else self._activation(what, value, name),
                slope,
                offset,
            )
            for slope, name, offset in parts
        )
        return self.add_values(what, first, second)

    def leaking(self, what: Node | str, x: Any, slope: np.ndarray) -> Value:
        """x above zero, and below it x times a slope: slope · x + (1 − slope) · relu(x)."""
        value = self.unpadded(what, x)
        return self._mixed(what, value, [(slope, "identity", 0.0), (1 - slope, "relu", 0.0)])

    def _activation(self, what: Node | str, x: Value, name: str) -> Value:
        value = self.complete(what, x)
        if (value.layer, name) not in self._activated:
            self.stack.reach(what, value.layer, self.stack.shapes[value.layer])
            made = self.stack.add(what, "activation", name=name)
            self._activated[value.layer, name] = made.layer
        return replace(value, layer=self._activated[value.layer, name])

    def add_values(self, what: Node | str, first: Value, second: Value) -> Value:
        """The sum of what two layers give."""
        left, right = (self.complete(what, value) for value in (first, second))
        if left.axes != right.axes or left.shape != right.shape or not same_order(left, right):
            raise FileError(
                f"The operator {what} adds the shapes {list(left.shape)} and "
                f"{list(right.shape)}; here both must be equal."
            )
        order, shape = left.order, left.shape
        left, right = (self.stack.placed(what, self._as_laid(value)) for value in (left, right))
        left, right = (left, right) if left.layer >= right.layer else (right, left)
        self.stack.reach(what, left.layer, left.shape)
        self.recalled.add(right.layer)
        made = self.stack.add(what, "add", from_layer=right.layer)
        return replace(left, layer=made.layer, order=order, shape=shape)

    def _as_laid(self, value: Value) -> Value:
        """The layer's numbers as they lie, whatever order the graph has them in."""
        if value.order is None:
            return value
        return replace(value, order=None, shape=self.stack.shapes[value.layer])

    # ---- lines: slope · x + offset ----
    def scaled(self, what: Node | str, x: Value, slope: Any, offset: Any) -> Value:
        """The value times a slope, plus an offset: numbers, or arrays of the value's shape."""
        value = self.unpadded(what, x)
        slope, offset = (self._laid(value, part) for part in (slope, offset))
        if not (np.isfinite(slope).all() and np.isfinite(offset).all()):
            raise FileError(f"The operator {what} makes numbers that are not finite.")
        if value.line is not None:
            slope, offset = slope * value.line[0], slope * value.line[1] + offset
        if self._into_layer(value.layer, slope, offset):
            return replace(value, line=None)
        return replace(value, line=(slope, offset))

    def _laid(self, x: Value, part: Any) -> np.ndarray:
        """One number for each of the layer's, from numbers as the graph has them."""
        size = math.prod(self.stack.shapes[x.layer])
        if size > LARGEST:
            raise FileError(f"Samples of shape {list(x.shape)} are too large to be scaled.")
        if np.size(part) == 1:
            return np.full(size, float(np.ravel(part)[0]))
        graph = np.broadcast_to(np.asarray(part, np.float64), x.shape).ravel()
        if x.order is None:
            return graph
        laid = np.empty(graph.size)
        laid[x.order.ravel()] = graph
        return laid

    def maps(self, x: Value) -> tuple[np.ndarray, np.ndarray] | None:
        """Slope and offset of each channel of an image or number of a row; None if they differ."""
        shape = self.stack.shapes[x.layer]
        if x.line is None:
            return np.ones(shape[0]), np.zeros(shape[0])
        rows = [part.reshape(shape[0], -1) for part in x.line]
        if any((row != row[:, :1]).any() for row in rows):
            return None
        return rows[0][:, 0], rows[1][:, 0]

    def _into_layer(self, layer: int, slope: np.ndarray, offset: np.ndarray) -> bool:
        """Let a line be part of the weights of the layer whose output nothing else reads."""
        description: dict[str, Any] = self.stack.layers[layer - 1] if layer else {}
        kind = description.get("type")
        shape = self.stack.shapes[layer]
        if kind not in (*FUSED, "batch_norm") or layer in self.shared | self.recalled:
            return False
        if kind == "dense" and len(shape) == 2:  # units last, the same at every step
            steps = [part.reshape(shape) for part in (slope, offset)]
            same = all((part == part[:1]).all() for part in steps)
            maps = (steps[0][0], steps[1][0]) if same else None
        else:
            maps = self.maps(Value(layer, shape, "", line=(slope, offset)))
        if maps is None:
            return False
        arrays = self.stack.arrays[layer - 1]
        slopes, weight = maps[0], arrays["weight"].astype(np.float64)
        if kind == "conv2d_transpose":
            groups = description["groups"]
            slopes = slopes.reshape(groups, -1).repeat(len(weight) // groups, axis=0)
            weight *= slopes[:, :, None, None]
        else:
            weight *= slopes.reshape(-1, *[1] * (weight.ndim - 1))
        arrays["weight"] = weight.astype(np.float32)
        arrays["bias"] = (arrays["bias"] * maps[0] + maps[1]).astype(np.float32)
        return True

    def _lined(self, what: Node | str, x: Value) -> Value:
        """The value with its line done by a batch normalisation that has measured nothing."""
        if x.line is None:
            return x
        shape, maps = self.stack.shapes[x.layer], self.maps(x)
        if len(shape) == 2 or maps is None:
            shape, maps = (math.prod(shape),), x.line
        self.stack.reach(what, x.layer, shape)
        made = self.stack.add(what, "batch_norm", line_arrays(*maps))
        return replace(x, layer=made.layer, line=None)

    # ---- borders ----
    def _padded(self, what: Node | str, x: Value) -> Value:
        """The value with its border, as a convolution that copies each pixel to its place."""
        if x.pads is None:
            return x
        if x.fill:
            raise FileError(f"The operator {what} reads a border of {x.fill:g}, not of zeros.")
        inner = replace(x, pads=None, shape=self.bare(x))
        return self.copied(what, inner, x.pads)

    def copied(self, what: Node | str, x: Value, pads: tuple[int, int, int, int]) -> Value:
        """An image with zeros around it."""
        from playground.formats.read.fitting import fitted

        size, padding, corner = fitted(x.shape[1:], (1, 1), pads, 1) or (0, 0, (0, 0))
        if not size:
            raise FileError(
                f"The operator {what} needs the border {list(pads)}, which no square kernel makes."
            )
        channels = x.shape[0]
        weight = np.zeros((channels, 1, size, size), np.float32)
        weight[:, :, corner[0], corner[1]] = 1
        self.stack.reach(what, x.layer, x.shape)
        return self.stack.add(
            what,
            "conv2d",
            {"weight": weight, "bias": np.zeros(channels, np.float32)},
            filters=channels,
            kernel_size=size,
            padding=padding,
            groups=channels,
        )

    def bare(self, x: Value) -> tuple[int, ...]:
        """The shape of an image without its border."""
        top, left, bottom, right = x.pads or (0, 0, 0, 0)
        channels, height, width = x.shape
        return channels, height - top - bottom, width - left - right


def line_arrays(slope: np.ndarray, offset: np.ndarray) -> dict[str, np.ndarray]:
    """Weights of a batch normalisation that only computes slope · x + offset."""
    ones = np.ones(slope.size, np.float32)
    return {
        "weight": slope.astype(np.float32),
        "bias": offset.astype(np.float32),
        "running_mean": 0 * ones,
        "running_var": ones - np.float32(1e-5),  # epsilon makes it 1
    }

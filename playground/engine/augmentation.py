"""Augmentation: a training image is a little different each time, and means the same."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from playground.engine.builder import Builder
from playground.engine.kernels import augmentation as kernels
from playground.engine.kernels import batches, noise, products
from playground.engine.operands import CHUNK, Address, TablePlace, Tensor
from playground.engine.program import Program
from playground.engine.registry import Piece, real, register


class Augmentation(Piece):
    """The contract of an augmentation: what happens to samples between the data and the network."""

    active: ClassVar[bool] = True
    corrupts: ClassVar[bool] = False  # whether it is noise, which a reconstruction should undo
    images_only: ClassVar[bool] = False

    def emit(self, build: Builder, x: Tensor, y: Tensor, order: TablePlace) -> None:
        """Add the operations that turn samples x into y; both hold samples as rows."""
        raise NotImplementedError


@register("augmentation", "none", "as they are", phrase="")
class NoAugmentation(Augmentation):
    """Every sample is seen as it is."""

    active = False


@register("augmentation", "images", "images, a little changed", phrase="changed images")
class ImageAugmentation(Augmentation):
    """Each image is moved, turned, scaled and bent by chance, anew in every epoch.

    y[p] = x[q(p)] between pixels (bilinear), 0 outside; q turns and scales about the middle, moves,
    and adds a smooth field of displacements (elastic distortion: Simard, Steinkraus and Platt,
    2003). What is drawn follows from the seed, the epoch and the sample alone.
    """

    images_only = True

    shift: float = real(1.5, 0, 16, "How many pixels an image may be moved, up to, each way.")
    rotation: float = real(8.0, 0, 180, "How many degrees an image may be turned, up to, each way.")
    scale: float = real(8.0, 0, 100, "How many percent larger or smaller it may get.")
    elastic: float = real(
        0.7, 0, 8, "How many pixels strokes are bent, typically, as by another hand."
    )

    def emit(self, build: Builder, x: Tensor, y: Tensor, order: TablePlace) -> None:
        if len(x.shape) != 3:
            raise ValueError("only images (channels×height×width) can be moved, turned and bent")
        numbers = (
            self.shift,
            math.radians(self.rotation),
            math.log1p(self.scale / 100),
            self.elastic,
        )
        room = build.tensor((kernels.room(*x.shape),), lanes=1)
        build.op(
            kernels.augment,
            x,
            y,
            build.clock,
            order,
            CHUNK,
            *x.shape,
            *(Address(build.constant(number)) for number in numbers),
            room,
        )


@register("augmentation", "corruption", "covered with noise", phrase="noisy samples")
class Corruption(Augmentation):
    """Numbers are put out and shaken by chance, anew in every epoch.

    y = m x + σ ε, m = 0 with the probability `masked`, else 1, ε standard normal. A reconstruction
    is compared with x as it was: so a network learns to take noise away (Vincent et al., 2008).
    What is drawn follows from the seed, the epoch and the sample alone.
    """

    deviation: float = real(0.5, 0, 10, "How much is added to each number, typically: σ.")
    masked: float = real(0.0, 0, 1, "The share of numbers that are put out: set to 0.")
    corrupts = True

    def emit(self, build: Builder, x: Tensor, y: Tensor, order: TablePlace) -> None:
        numbers = (Address(build.constant(n)) for n in (self.deviation, self.masked))
        build.op(noise.disturb, x, y, build.clock, order, CHUNK, x.size, *numbers)


def examples(
    augmentation: Augmentation, x: np.ndarray, seed: int = 1, epoch: int = 0
) -> np.ndarray:
    """Samples x [N, *shape] float32 as training with this seed sees them in an epoch, from 0."""
    x = np.ascontiguousarray(x, np.float32)
    if not augmentation.active or not len(x):
        return x.copy()
    build, data = Builder(16, 1, x.dtype, training=False, places={}), Tensor("x", 0, (1,), 1)
    order = build.counters(np.arange(len(x)))
    build.op(batches.next_batch, build.clock, order, len(x), whole=True)
    lanes, rows, changed = (build.tensor(x.shape[1:]) for _ in range(3))
    build.op(batches.gather, lanes, Address(data), build.clock, order, CHUNK)
    build.op(products.transpose, Address(lanes), Address(rows), lanes.size, lanes.lanes)
    augmentation.emit(build, rows, changed, order)
    build.op(products.transpose, Address(changed), Address(lanes), lanes.lanes, lanes.size)
    build.op(batches.deliver, lanes, Address(Tensor("out", 0, (1,), 1)), build.clock, CHUNK)
    result = np.zeros_like(x)
    program = Program(build, {"x": x, "out": result})
    clock = program.clock
    clock[batches.SAMPLES], clock[batches.BATCH] = len(x), 16
    clock[batches.SEED], clock[batches.EPOCH] = seed, epoch
    program.run(-(-len(x) // 16))
    return result

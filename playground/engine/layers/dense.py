"""Dense layers: every output sees every input."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from playground.engine import activations, registry
from playground.engine.builder import Builder, Offsets
from playground.engine.footprint import TOUCH, Footprint
from playground.engine.kernels import images, products, recurrent
from playground.engine.layer import Layer, Parameter, Shape, ShapeError, words
from playground.engine.operands import Address, Tensor
from playground.engine.simd import WIDTH
from playground.engine.through_time import GAP, turned

WIDE = 32  # from so many inputs on, transposing them once beats adding up lanes weight by weight


@registry.register("layer", "dense", "Dense")
class Dense(Layer):
    """Every neuron weighs all inputs and adds a bias.

    y = activation(W x + b), x [features], W [units, features], b [units]. Of a sequence x [time,
    features] every step is weighed by the same W and b.
    """

    icon = "hub"
    connected = True

    units: int = registry.integer(4, 1, 8192, "How many neurons this layer has.")
    activation: str = registry.choice(
        "identity", "activation", "What each neuron does with its sum."
    )

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) > 2:
            raise ShapeError(
                f"a dense layer reads a row of numbers, and its input is {words(shape)}. "
                "Put a Flatten layer before it."
            )
        return (*shape[:-1], self.units)

    def parameters(self, shape: Shape) -> Sequence[Parameter]:
        features = shape[-1]
        weight = Parameter("weight", (self.units, features), features, self.units, weight=True)
        return weight, Parameter("bias", (self.units,), features, self.units)

    def multiply_adds(self, shape: Shape) -> int:
        return self.units * math.prod(shape)

    def footprint(self, shape: Shape, lanes: int) -> Footprint:
        if len(shape) == 1:
            return super().footprint(shape, lanes)
        (steps, features), units = shape, self.units
        values = steps * (4 * features + 3 * units) + 2 * units
        values += features + (steps + 1) * GAP
        offsets = steps * (2 * lanes + 6) + 4 * (features + units) + 4 * lanes
        work = self.multiply_adds(shape) + TOUCH * steps * units
        return Footprint(values, offsets, 16, work)

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        emit = linear if len(x.shape) == 1 else linear_over_time
        y = emit(build, x, build.parameter("weight"), build.parameter("bias"), "weight", "bias")
        return activations.emit(build, self.activation, y)


def linear(
    build: Builder, x: Tensor, weight: Tensor, bias: Tensor, weight_name: str, bias_name: str
) -> Tensor:
    """y = W x + b, with the gradients of x, W and b."""
    y = build.tensor((weight.shape[0],))
    if build.lanes == 1:
        return _single(build, x, weight, bias, y)
    input_gradient = _weighed(build, x, weight, bias, y, ([0], [0]))

    def backward() -> None:
        g = y.gradient
        build.op(products.sum_rows, g, build.parameter_gradient(bias_name))
        _weight_gradient(build, x, g, build.parameter_gradient(weight_name))
        build.into_gradient(x, input_gradient)

    build.backward(backward)
    return y


def linear_over_time(
    build: Builder, x: Tensor, weight: Tensor, bias: Tensor, weight_name: str, bias_name: str
) -> Tensor:
    """y_t = W x_t + b at every step of x [time, features], with the gradients of x, W and b."""
    (steps, features), units, lanes = x.shape, weight.shape[0], build.lanes
    y = build.tensor((steps, units))
    places = (np.arange(steps) * features * lanes, np.arange(steps) * units * lanes)
    input_gradient = _weighed(build, x, weight, bias, y, places)

    def weight_gradient(gw: Tensor) -> None:
        rows, apart = turned(build, x)
        taps = (places[1][:, None] + np.arange(lanes)).ravel()
        build.multiply(
            Address(y.gradient),
            lanes,
            Address(rows),
            Address(gw),
            features,
            None,
            units,
            features,
            [(taps, np.arange(steps * lanes) * apart, [0], [0])],
        )

    def backward() -> None:
        over_time = build.tensor((units,))
        build.op(recurrent.sum_steps, over_time, Address(y.gradient), steps, units * lanes)
        build.op(products.sum_rows, over_time, build.parameter_gradient(bias_name))
        weight_gradient(build.parameter_gradient(weight_name))
        build.into_gradient(x, input_gradient)

    build.backward(backward)
    return y


def _weighed(
    build: Builder,
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    y: Tensor,
    places: tuple[Offsets, Offsets],
) -> Callable[[Tensor], None]:
    """Emit y = W x + b; and what emits gx = Wᵀ g, for the way back.

    places: where each row of numbers begins in x and in y.
    """
    (units, features), lanes = weight.shape, build.lanes
    inputs, outputs = range(0, features * lanes, lanes), range(0, units * lanes, lanes)
    build.multiply(
        Address(weight),
        features,
        Address(x),
        Address(y),
        lanes,
        Address(bias),
        units,
        lanes,
        [(range(features), inputs, *places)],
    )

    def input_gradient(gx: Tensor) -> None:
        build.multiply(
            Address(weight),
            1,
            Address(y.gradient),
            Address(gx),
            lanes,
            None,
            features,
            lanes,
            [(range(0, units * features, features), outputs, *places[::-1])],
        )

    return input_gradient


def _single(build: Builder, x: Tensor, weight: Tensor, bias: Tensor, y: Tensor) -> Tensor:
    """One sample: each output is a product along the features, 16 at a time.

    Lanes past the last feature read the next row of weights, and x holds zeros there.
    """
    units, features = weight.shape
    origin, lanes = build.table([0]), -(-features // WIDTH) * WIDTH
    build.op(
        products.multiply_lanes,
        Address(weight),
        features,
        origin,
        Address(x),
        origin,
        1,
        lanes,
        origin,
        1,
        Address(y),
        1,
        build.lane_blocks(units),
    )
    build.op(images.add, bias, y)
    return y


def _weight_gradient(build: Builder, x: Tensor, g: Tensor, gw: Tensor) -> None:
    """gw[i, j] = Σ_l g[i, l] · x[j, l]"""
    units, features = gw.shape
    lanes, origin = build.lanes, build.table([0])
    if features < WIDE:
        build.op(
            products.multiply_lanes,
            Address(g),
            lanes,
            origin,
            Address(x),
            origin,
            1,
            lanes,
            build.table(range(0, features * lanes, lanes)),
            features,
            Address(gw),
            features,
            build.lane_blocks(units),
        )
        return
    turned = x.turned or build.tensor((features,))
    if x.turned is None:
        build.op(products.transpose, Address(x), Address(turned), features, lanes)
    taps = range(0, features * lanes, features)
    build.multiply(
        Address(g),
        lanes,
        Address(turned),
        Address(gw),
        features,
        None,
        units,
        features,
        [(range(lanes), taps, [0], [0])],
    )

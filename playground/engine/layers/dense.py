"""Dense layers: every output sees every input."""

from playground.engine import activations, registry
from playground.engine.builder import Address
from playground.engine.kernels import products
from playground.engine.layer import Layer, Parameter, ShapeError, words

WIDE = 32  # from so many inputs on, transposing them once beats adding up lanes weight by weight


@registry.register("layer", "dense", "Dense")
class Dense(Layer):
    """Every neuron weighs all inputs and adds a bias.

    y = activation(W x + b), x [features], W [units, features], b [units].
    """

    units: int = registry.integer(4, 1, 8192, "How many neurons this layer has.")
    activation: str = registry.choice(
        "identity", "activation", "What each neuron does with its sum."
    )

    def output_shape(self, shape):
        if len(shape) != 1:
            raise ShapeError(
                f"a dense layer reads a row of numbers, and its input is {words(shape)}. "
                "Put a Flatten layer before it."
            )
        return (self.units,)

    def parameters(self, shape):
        features = shape[-1]
        weight = Parameter("weight", (self.units, features), features, self.units, weight=True)
        return weight, Parameter("bias", (self.units,), features, self.units)

    def multiply_adds(self, shape):
        return self.units * shape[-1]

    def emit(self, build, x):
        y = linear(build, x, build.parameter("weight"), build.parameter("bias"), "weight", "bias")
        return activations.emit(build, self.activation, y)


def linear(build, x, weight, bias, weight_name, bias_name):
    """y = W x + b, with the gradients of x, W and b."""
    units, features = weight.shape
    lanes, one = build.lanes, build.table([0])
    y = build.tensor((units,))
    build.op(
        products.multiply, Address(weight), features, build.table(range(features)), Address(x),
        build.table(range(0, features * lanes, lanes)), features, one, Address(y), lanes, one, 1,
        Address(bias), lanes, build.row_blocks(units),
    )  # fmt: skip

    def backward():
        g = y.gradient
        build.op(products.sum_rows, g, build.parameter_gradient(bias_name))
        _weight_gradient(build, x, g, build.parameter_gradient(weight_name))
        build.into_gradient(
            x,
            lambda gx: build.op(
                products.multiply, Address(weight), 1, build.table(range(0, units * features, features)),
                Address(g), build.table(range(0, units * lanes, lanes)), units, one, Address(gx),
                lanes, one, 1, Address(build.zeros(features)), lanes, build.row_blocks(features),
            ),
        )  # fmt: skip

    build.backward(backward)
    return y


def _weight_gradient(build, x, g, gw):
    """gw[i, j] = Σ_l g[i, l] · x[j, l]"""
    units, features = gw.shape
    lanes, one = build.lanes, build.table([0])
    if features < WIDE:
        build.op(
            products.multiply_lanes, Address(g), lanes, one, Address(x), one, 1, lanes,
            build.table(range(0, features * lanes, lanes)), features, Address(gw), features,
            build.lane_blocks(units),
        )  # fmt: skip
        return
    turned = build.tensor((features,))
    build.op(products.transpose, x, turned)
    build.op(
        products.multiply, Address(g), lanes, build.table(range(lanes)), Address(turned),
        build.table(range(0, features * lanes, features)), lanes, one, Address(gw), features, one,
        1, Address(build.zeros(units)), features, build.row_blocks(units),
    )  # fmt: skip

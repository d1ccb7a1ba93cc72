"""Initializers: the numbers that weights start from."""

from __future__ import annotations

import math

import numpy as np

from playground.engine.layer import Parameter
from playground.engine.registry import Piece, real, register

BIAS = "What every bias starts from."


class Initializer(Piece):
    """The contract of an initializer: draw one weight array."""

    bias: float

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        """Numbers for a weight, in its shape."""
        raise NotImplementedError


def _uniform(random: np.random.Generator, parameter: Parameter, limit: float) -> np.ndarray:
    return random.uniform(-limit, limit, parameter.shape)


def _normal(random: np.random.Generator, parameter: Parameter, deviation: float) -> np.ndarray:
    return random.normal(0, deviation, parameter.shape)


@register("initializer", "glorot_uniform", "Glorot")
class GlorotUniform(Initializer):
    """Evenly drawn, scaled so that signals keep their size both ways.

    U(−a, a), a = √(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010). Good with tanh, sigmoid.
    """

    bias: float = real(0.0, -10, 10, BIAS)

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        return _uniform(random, parameter, math.sqrt(6 / (parameter.fan_in + parameter.fan_out)))


@register("initializer", "glorot_normal", "Glorot (normal)")
class GlorotNormal(Initializer):
    """Bell-shaped, scaled so that signals keep their size both ways.

    N(0, 2 / (fan_in + fan_out)) (Glorot and Bengio, 2010).
    """

    bias: float = real(0.0, -10, 10, BIAS)

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        return _normal(random, parameter, math.sqrt(2 / (parameter.fan_in + parameter.fan_out)))


@register("initializer", "he_uniform", "He")
class HeUniform(Initializer):
    """Evenly drawn, scaled for ReLU, which silences half of the neurons.

    U(−a, a), a = √(6 / fan_in) (He et al., 2015).
    """

    bias: float = real(0.0, -10, 10, BIAS)

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        return _uniform(random, parameter, math.sqrt(6 / parameter.fan_in))


@register("initializer", "he_normal", "He (normal)")
class HeNormal(Initializer):
    """Bell-shaped, scaled for ReLU: N(0, 2 / fan_in) (He et al., 2015)."""

    bias: float = real(0.0, -10, 10, BIAS)

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        return _normal(random, parameter, math.sqrt(2 / parameter.fan_in))


@register("initializer", "lecun_uniform", "LeCun")
class LeCunUniform(Initializer):
    """Evenly drawn, scaled so that sums keep variance 1, as SELU wants it.

    U(−a, a), a = √(3 / fan_in) (LeCun et al., 1998).
    """

    bias: float = real(0.0, -10, 10, BIAS)

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        return _uniform(random, parameter, math.sqrt(3 / parameter.fan_in))


@register("initializer", "lecun_normal", "LeCun (normal)")
class LeCunNormal(Initializer):
    """Bell-shaped, scaled so that sums keep variance 1: N(0, 1 / fan_in) (LeCun et al., 1998)."""

    bias: float = real(0.0, -10, 10, BIAS)

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        return _normal(random, parameter, math.sqrt(1 / parameter.fan_in))


@register("initializer", "orthogonal", "orthogonal")
class Orthogonal(Initializer):
    """Turns signals without stretching them: the rows (or the columns) are at right angles.

    gain · Q of the QR decomposition of a matrix from N(0, 1), a row for each neuron or filter (Saxe
    et al., 2014). Good for recurrent and very deep networks.
    """

    gain: float = real(1.0, 0, 10, "The length of the rows.")
    bias: float = real(0.0, -10, 10, BIAS)

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        rows = parameter.shape[0]
        numbers = random.normal(size=(rows, parameter.size // rows))
        wide = numbers.shape[0] < numbers.shape[1]
        q, r = np.linalg.qr(numbers.T if wide else numbers)
        q *= np.where(np.diag(r) < 0, -1, 1)  # so that every direction is equally likely
        return self.gain * (q.T if wide else q).reshape(parameter.shape)


@register("initializer", "uniform", "uniform", phrase="uniform ±{limit:g}")
class Uniform(Initializer):
    """Evenly drawn between −limit and limit, whatever the size of the layer."""

    limit: float = real(0.5, 0, 10, "The largest size of a starting weight.")
    bias: float = real(0.0, -10, 10, BIAS)

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        return _uniform(random, parameter, self.limit)


@register("initializer", "normal", "normal", phrase="normal ±{deviation:g}")
class Normal(Initializer):
    """Bell-shaped around 0, whatever the size of the layer: N(0, deviation²)."""

    deviation: float = real(0.1, 0, 10, "The standard deviation of a starting weight.")
    bias: float = real(0.0, -10, 10, BIAS)

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        return _normal(random, parameter, self.deviation)


@register("initializer", "truncated_normal", "normal, cut off")
class TruncatedNormal(Initializer):
    """Bell-shaped around 0 without outliers: N(0, deviation²), redrawn beyond two deviations."""

    deviation: float = real(0.1, 0, 10, "The standard deviation before the tails are cut off.")
    bias: float = real(0.0, -10, 10, BIAS)

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        numbers = random.normal(size=parameter.shape)
        while (outside := np.abs(numbers) > 2).any():
            numbers[outside] = random.normal(size=int(outside.sum()))
        return self.deviation * numbers


@register("initializer", "constant", "constant (see what breaks)")
class Constant(Initializer):
    """Every weight starts at the same number, so all neurons of a layer stay alike for ever."""

    value: float = real(0.1, -10, 10, "What every weight starts from.")
    bias: float = real(0.0, -10, 10, BIAS)

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        return np.full(parameter.shape, self.value)


@register("initializer", "zeros", "zeros (see what breaks)", phrase="zero")
class Zeros(Initializer):
    """Every weight starts at 0, so all neurons of a layer stay alike for ever."""

    bias: float = real(0.0, -10, 10, BIAS)

    def draw(self, random: np.random.Generator, parameter: Parameter) -> np.ndarray:
        return np.zeros(parameter.shape)

"""Embedding: symbols become points in a space."""

from __future__ import annotations

from collections.abc import Sequence

from playground.engine import registry
from playground.engine.builder import Builder
from playground.engine.kernels import embedding
from playground.engine.layer import Layer, Parameter, Shape, ShapeError, words
from playground.engine.operands import Tensor


@registry.register("layer", "embedding", "Embedding")
class Embedding(Layer):
    """Looks up a row of learned numbers for every symbol, such as a letter or a word.

    y[t, :] = weight[x[t], :], x [time] whole numbers from 0 below `input_dim` (given as floats; any
    other number gives NaN), y [time, output_dim], weight [input_dim, output_dim] (Bengio et al.,
    2003). The same as a dense layer without bias that reads symbols one-hot.
    """

    icon = "dictionary"

    input_dim: int = registry.integer(
        32, 1, 100_000, "How many symbols there are.", title="Symbols"
    )
    output_dim: int = registry.integer(
        8, 1, 1024, "How many numbers stand for a symbol.", title="Numbers a symbol"
    )

    def notes(self) -> str:
        return f"{self.input_dim} → {self.output_dim}"

    @property
    def symbols(self) -> int:
        return self.input_dim

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise ShapeError(
                f"an embedding reads a row of symbols, and its input is {words(shape)}."
            )
        return shape[0], self.output_dim

    def parameters(self, shape: Shape) -> Sequence[Parameter]:
        # One symbol is on at a time: a number of the output is one weight, not a sum of input_dim.
        size = (self.input_dim, self.output_dim)
        return (Parameter("weight", size, fan_in=1, fan_out=self.output_dim, weight=True),)

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        weight, size = build.parameter("weight"), self.output_dim
        y = build.tensor(self.output_shape(x.shape))
        build.op(embedding.look_up, x, y, weight, size)

        def backward() -> None:
            gw = build.parameter_gradient("weight")
            build.op(embedding.look_up_gradient, x, y.gradient, gw, size)
            build.into_gradient(x, lambda gx: None)  # a symbol has no slope: gx stays zero

        build.backward(backward)
        return y

"""Entity embeddings: each word in a column of a table becomes a few learned numbers."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence

from playground.engine import registry
from playground.engine.builder import Builder
from playground.engine.footprint import TOUCH, Footprint
from playground.engine.kernels import columns, images
from playground.engine.layer import Fix, Layer, Parameter, Shape, ShapeError, words
from playground.engine.operands import Tensor

Part = tuple[str, int, int]  # its table's name ("": numbers that pass), its first input, how many


@registry.register("layer", "column_embedding", "Embedding of columns")
class ColumnEmbedding(Layer):
    """Every word of a table gets a few learned numbers; columns of numbers pass as they are.

    Of column c with words_c inputs, 1 where a row has the word: y_c = x_c weight_c, weight_c
    [words_c, output_dim], which is the word's row; no bias. y holds the columns in their order
    (Guo and Berkhahn, 2016, “Entity Embeddings of Categorical Variables”). Words that do alike come
    to lie side by side.
    """

    icon = "category"
    short = "Columns"
    embeds = True

    output_dim: int = registry.integer(
        2, 1, 64, "How many numbers are learned for each word.", title="Numbers a word"
    )
    columns: tuple[int, ...] | None = registry.integers(
        None,
        1,
        1024,
        "How many inputs each column takes: 1 of numbers, else one a word. Empty: those of the "
        "table; without a table, all inputs are words of one column.",
        optional=True,
        most=1024,
    )

    known: tuple[int, ...] | None = dataclasses.field(default=None, repr=False)  # of the data

    def notes(self) -> str:
        return f"{self.output_dim} a word"

    def reading(self, columns: tuple[int, ...] | None) -> ColumnEmbedding:
        return self if columns is None else dataclasses.replace(self, known=columns)

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise ShapeError(f"it reads the columns of a table, and its input is {words(shape)}.")
        if self.columns is None and self.known == ():
            raise ShapeError("it reads the words of a table, and none come to it as 0 and 1.")
        if self.columns and self.known and self.columns != self.known:
            raise ShapeError("its columns are not those of the table.")
        sizes = self._sizes(shape)
        if sum(sizes) != shape[0]:
            raise ShapeError(f"its columns have {sum(sizes)} inputs, and there are {shape[0]}.")
        if max(sizes) < 2:
            raise ShapeError("no column holds words, and numbers need no embedding.")
        return (sum(self.output_dim if size > 1 else 1 for size in sizes),)

    def _sizes(self, shape: Shape) -> tuple[int, ...]:
        return self.columns or self.known or shape

    def fixes(self, shape: Shape, position: int) -> Sequence[Fix]:
        if self.columns and len(shape) == 1:
            return (Fix("Read the columns of the table", position, {"columns": None}),)
        return ()

    def parts(self, shape: Shape) -> list[Part]:
        """The columns one after the other; those of numbers that stand side by side are one."""
        parts: list[Part] = []
        first = tables = 0
        for words_, group in itertools.groupby(self._sizes(shape), lambda size: size > 1):
            sizes = list(group)
            for size in sizes if words_ else [sum(sizes)]:
                parts.append((f"tables.{tables}.weight" if words_ else "", first, size))
                tables, first = tables + words_, first + size
        return parts

    def parameters(self, shape: Shape) -> Sequence[Parameter]:
        # One word is there at a time: a number of the output is one weight, not a sum of many.
        count = self.output_dim
        return [
            Parameter(name, (size, count), fan_in=1, fan_out=count, weight=True)
            for name, _, size in self.parts(shape)
            if name
        ]

    def multiply_adds(self, shape: Shape) -> int:
        return self.output_dim * sum(size for name, _, size in self.parts(shape) if name)

    def footprint(self, shape: Shape, lanes: int) -> Footprint:
        inputs, outputs = math.prod(shape), math.prod(self.output_shape(shape))
        count = len(self.parts(shape))
        work = self.multiply_adds(shape) + TOUCH * outputs
        return Footprint(2 * (inputs + outputs + 1), 0, 3 * count + 4, work)

    def emit(self, build: Builder, x: Tensor) -> Tensor:
        y = build.tensor(self.output_shape(x.shape))
        places, row = [], 0
        for name, first, size in self.parts(x.shape):
            width = self.output_dim if name else size
            places.append((name, (first, (size,)), (row, (width,))))
            row += width
        for name, source, target in places:
            if name:
                build.op(columns.embed, x.rows(*source), y.rows(*target), build.parameter(name))
            else:
                build.op(images.copy, x.rows(*source), y.rows(*target))

        def input_gradient(gx: Tensor) -> None:
            for name, source, target in places:
                g, part = y.gradient.rows(*target), gx.rows(*source)
                if name:
                    build.op(columns.embed_input_gradient, g, part, build.parameter(name))
                else:
                    build.op(images.copy, g, part)

        def backward() -> None:
            for name, source, target in places:
                if name:
                    g, gw = y.gradient.rows(*target), build.parameter_gradient(name)
                    build.op(columns.embed_gradient, x.rows(*source), g, gw)
            build.into_gradient(x, input_gradient)

        build.backward(backward)
        return y

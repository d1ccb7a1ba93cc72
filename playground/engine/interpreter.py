"""Walk a table of operations for many mini-batches in one call, without Python."""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.base import BaseContext
from numba.core.typing.context import Context
from numba.core.typing.templates import Signature
from numba.extending import intrinsic, register_jitable

from playground.engine import cache
from playground.engine.kernel import REAL, get
from playground.engine.kernels.batches import PERIOD, STEP

BEFORE_LAST, LAST = -1, -2  # in the place of `every`: in all steps of a turn but the last; in that


@intrinsic
def call(
    typingctx: Context, op: types.Type, memory: types.Type, tables: types.Type
) -> tuple[Signature, Callable[..., ir.Value]]:
    """Call the kernel whose address is the first word of the operation."""

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
        kind = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments])
        address = builder.load(arguments[0])
        builder.call(builder.inttoptr(address, kind.as_pointer()), list(arguments))
        return context.get_dummy_value()

    return types.void(op, memory, tables), emit


@intrinsic
def place(
    typingctx: Context, array: types.Type, offset: types.Type
) -> tuple[Signature, Callable[..., ir.Value]]:
    """A pointer to an element of a flat array."""

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.gep(data, [arguments[1]])

    return types.CPointer(array.dtype)(array, types.int64), emit


@register_jitable
def waits(clock: Any, every: int) -> bool:
    """Whether it is the other network's step."""
    last = get(clock, STEP) % get(clock, PERIOD) == 0
    return last != (every == LAST)


def _signature(dtype: np.dtype) -> Signature:
    number = REAL[np.dtype(dtype)].dtype
    word = types.int64
    return word(
        types.Array(word, 1, "C"),
        types.Array(word, 2, "C"),
        types.Array(number, 1, "C"),
        types.Array(word, 1, "C"),
        types.Array(number, 1, "C"),
        word,
        word,
        word,
    )


def _run(
    rows: np.ndarray,
    segments: np.ndarray,
    memory: np.ndarray,
    tables: np.ndarray,
    losses: np.ndarray,
    loss_at: int,
    chunk_words: int,
    row_words: int,
) -> int:
    """Run `losses.size` mini-batches; returns how many were run.

    segments[i] holds the first row, the row after the last, how many chunks run those rows, and
    in every how many-th batch, or in whose step of a turn. Stops after the first batch whose loss
    is not finite.
    """
    for step in range(losses.size):
        for s in range(segments.shape[0]):
            first, end, chunks = segments[s, 0], segments[s, 1], segments[s, 2]
            every = segments[s, 3]
            if every > 1 and get(place(tables, 0), STEP) % every:
                continue
            if every < 0 and waits(place(tables, 0), every):
                continue
            for chunk in range(chunks):
                for row in range(first, end):
                    op = place(rows, chunk * chunk_words + row * row_words)
                    call(op, place(memory, 0), place(tables, 0))
        losses[step] = get(place(memory, 0), loss_at)
        if not np.isfinite(losses[step]):
            return step + 1
    return losses.size


Interpreter = Callable[..., int]  # `_run`, compiled
_compiled: dict[np.dtype, Interpreter] = {}


def interpreter(dtype: np.dtype) -> Interpreter:
    """The sequential interpreter for programs of this kind of number."""
    if dtype not in _compiled:
        options = {"nogil": True, "error_model": "numpy"}
        _compiled[dtype] = cache.compiled(njit, _signature(dtype), _run, dtype, **options)
    return _compiled[dtype]

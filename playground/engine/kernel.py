"""A kernel: a compiled function of one operation, called through its address.

Every kernel has the signature ``kernel(op, memory, tables)``: ``op`` is the operation's row (its
operands and sizes), ``memory`` where numbers lie, ``tables`` where offsets and counters lie. The
bodies read their operands with the words below and are then plain loops over small arrays.

Kernels compile on first use, for float32 or, in the checks of gradients, for float64, and are
cached on disk: see `cache`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import carray, cfunc, types
from numba.extending import intrinsic, register_jitable

from playground.engine import cache

INDEX = types.CPointer(types.int64)
REAL = {np.dtype(t): types.CPointer(n) for t, n in (("f4", types.float32), ("f8", types.float64))}
ROW = 32  # int64 words of an operation: the kernel's address, then its operands
KERNELS: list[Kernel] = []  # all there are


class Kernel:
    """A kernel's source and, once asked for, its machine code."""

    def __init__(self, body: Callable, reorder: bool = False) -> None:
        self.body, self.__name__, self.__doc__ = body, body.__name__, body.__doc__
        # contract: a·b + c may be one instruction. reassoc, where asked for: a sum may be cut into
        # lanes. Nothing else of fastmath: isnan must go on seeing NaN.
        self.fastmath = {"contract", "reassoc"} if reorder else {"contract"}
        self._compiled: dict[np.dtype, object] = {}
        KERNELS.append(self)

    def address(self, dtype: np.dtype) -> int:
        """Where the machine code for this kind of number starts; compiles or loads it first."""
        if dtype not in self._compiled:
            self._compile(dtype)
        return self._compiled[dtype].address  # type: ignore[attr-defined]

    def _compile(self, dtype: np.dtype) -> None:
        with cache.compiling:  # compiled twice, it would lose the code that others call
            if dtype not in self._compiled:
                options = {"error_model": "numpy", "fastmath": self.fastmath}
                self._compiled[dtype] = cache.compiled(
                    cfunc, types.void(INDEX, REAL[dtype], INDEX), self.body, dtype, **options
                )

    @property
    def compiled(self) -> bool:
        """Whether this process has the machine code for float32."""
        return np.dtype("f4") in self._compiled


def kernel(body: Callable) -> Kernel:
    """Make a function of ``(op, memory, tables)`` a kernel."""
    return Kernel(body)


def summing_kernel(body: Callable) -> Kernel:
    """A kernel whose sums may be taken in any (fixed) order, so that they run over lanes."""
    return Kernel(body, reorder=True)


@intrinsic
def at(typingctx, pointer, index):
    """The place `index` elements after `pointer`."""

    def emit(context, builder, signature, arguments):
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, types.int64), emit


@intrinsic
def get(typingctx, pointer, index):
    """pointer[index]"""

    def emit(context, builder, signature, arguments):
        return builder.load(builder.gep(arguments[0], [arguments[1]]))

    return pointer.dtype(pointer, types.int64), emit


@intrinsic
def bytes_at(typingctx, address):
    """The bytes at an absolute address."""
    pointer = types.CPointer(types.uint8)

    def emit(context, builder, signature, arguments):
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

    return pointer(types.int64), emit


@intrinsic
def like(typingctx, memory, value):
    """`value` as the kind of number that `memory` holds, so that float32 sums stay float32."""

    def emit(context, builder, signature, arguments):
        return context.cast(builder, arguments[1], signature.args[1], signature.return_type)

    return memory.dtype(memory, value), emit


@register_jitable
def pointer(op, memory, slot):
    """Where the number that word `slot` of the operation names lies."""
    return at(memory, get(op, slot))


@register_jitable
def flat(op, memory, slot):
    """The operand whose words start at `slot`, as one row of numbers."""
    return carray(at(memory, get(op, slot)), get(op, slot + 1) * get(op, slot + 2))


@register_jitable
def view(op, memory, slot):
    """The operand whose words start at `slot`, as [rows, lanes]."""
    return carray(at(memory, get(op, slot)), (get(op, slot + 1), get(op, slot + 2)))


@register_jitable
def scalar(op, memory, slot):
    """The operand whose words start at `slot`, a single number."""
    return get(memory, get(op, slot))


@intrinsic
def _real(typingctx, word):
    """The float64 whose 64 bits these are."""

    def emit(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), emit


@register_jitable
def setting(op, tables, slot):
    """The setting (a float64 in the tables) that word `slot` of the operation names."""
    return _real(get(tables, get(op, slot)))


@intrinsic
def _word(typingctx, value):
    """The 64 bits of a float64."""

    def emit(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), emit


@register_jitable
def change_setting(op, tables, slot, value):
    """Give the setting that word `slot` of the operation names another value."""
    carray(at(tables, get(op, slot)), 1)[0] = _word(np.float64(value))

"""A kernel: a compiled function of one operation, called through its address.

A kernel's parameters are its operands, each with its kind: ``def add(x: Flat, y: Flat)``. It may
ask for ``memory``, where numbers lie, and ``tables``, where offsets and counters lie, as well. Its
body is then plain loops over small arrays.

What is compiled has the signature ``(op, memory, tables)``: it reads the operands from ``op``, the
operation's row, and goes on with the body's statements. Kernels compile on first use, for float32
or, in the checks of gradients, for float64, and are cached on disk: see `cache`.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import carray, cfunc, types
from numba.extending import intrinsic, register_jitable

from playground.engine import cache
from playground.engine.operands import Kind, words

INDEX = types.CPointer(types.int64)
REAL = {np.dtype(t): types.CPointer(n) for t, n in (("f4", types.float32), ("f8", types.float64))}
ROW = 32  # int64 words of an operation: the kernel's address, then its operands
KERNELS: list[Kernel] = []  # all there are


class Kernel:
    """A kernel's source and, once asked for, its machine code."""

    def __init__(self, body: Callable, reorder: bool = False) -> None:
        self.body, self.__name__, self.operands = body, body.__name__, _declared(body)
        self.__doc__ = f"{inspect.getdoc(body) or ''}\n\n{_listed(self.operands)}"
        self._source = inspect.getsource(body)  # now: by the time it compiles the file may differ
        # contract: a·b + c may be one instruction. reassoc, where asked for: a sum may be cut into
        # lanes. Nothing else of fastmath: isnan must go on seeing NaN.
        self.fastmath = {"contract", "reassoc"} if reorder else {"contract"}
        self._compiled: dict[np.dtype, object] = {}
        KERNELS.append(self)

    def words(self, operands: tuple, named: dict[str, Any]) -> list:
        """The words of an operation with these operands; TypeError where they do not fit."""
        return words(self.__name__, self.operands, operands, named)

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
                    cfunc, types.void(INDEX, REAL[dtype], INDEX), self._entry(), dtype, **options
                )

    def _entry(self) -> Callable:
        """The body as a function of ``(op, memory, tables)`` that first reads its operands.

        One function: arrays handed from one to another would cost references that are counted.
        """
        tree = ast.parse(textwrap.dedent(self._source))
        function: Any = tree.body[0]
        function.decorator_list, reads, slot = [], [], 1
        for name, kind in self.operands.items():
            reads.append(f"{name} = {kind.read.__name__}(op, memory, tables, {slot})")
            slot += kind.words
        signature: Any = ast.parse("lambda op, memory, tables: None", mode="eval").body
        function.args = signature.args
        function.body = ast.parse("\n".join(reads)).body + function.body
        ast.increment_lineno(tree, self.body.__code__.co_firstlineno - 1)
        names = {**self.body.__globals__, **{kind.read.__name__: kind.read for kind in KINDS}}
        exec(compile(tree, self.body.__code__.co_filename, "exec"), names)
        return names[self.__name__]

    @property
    def compiled(self) -> bool:
        """Whether this process has the machine code for float32."""
        return np.dtype("f4") in self._compiled


def _declared(body: Callable) -> dict[str, Kind]:
    """The operands by name, with their kinds."""
    operands = {}
    for name, parameter in inspect.signature(body, eval_str=True).parameters.items():
        if isinstance(parameter.annotation, Kind) and name not in ("op", "memory", "tables"):
            operands[name] = parameter.annotation
        elif name not in ("memory", "tables"):
            raise TypeError(f"The kernel {body.__name__} does not say of what kind {name} is.")
    taken = sum(kind.words for kind in operands.values())
    if taken >= ROW:
        raise TypeError(
            f"The operands of the kernel {body.__name__} take {taken} words, and a row of the "
            f"table has {ROW - 1} for them."
        )
    return operands


def _listed(operands: dict[str, Kind]) -> str:
    """The operands as the docstring lists them, a line each."""
    return "\n".join(f"{name}: {kind}, seen as {kind.seen}" for name, kind in operands.items())


def kernel(body: Callable) -> Kernel:
    """Make a function of its operands a kernel."""
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


@intrinsic
def _real(typingctx, word):
    """The float64 whose 64 bits these are."""

    def emit(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), emit


@intrinsic
def _word(typingctx, value):
    """The 64 bits of a float64."""

    def emit(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), emit


@register_jitable
def change_setting(place, value):
    """Give a setting another value."""
    carray(place, 1)[0] = _word(np.float64(value))


# ---- the kinds of operands ----
@register_jitable
def _read_flat(op, memory, tables, slot):
    return carray(at(memory, get(op, slot)), get(op, slot + 1) * get(op, slot + 2))


@register_jitable
def _read_rows(op, memory, tables, slot):
    return carray(at(memory, get(op, slot)), (get(op, slot + 1), get(op, slot + 2)))


@register_jitable
def _read_block(op, memory, tables, slot):
    return at(memory, get(op, slot)), get(op, slot + 1), get(op, slot + 2)


@register_jitable
def _read_pointer(op, memory, tables, slot):
    return at(memory, get(op, slot))


@register_jitable
def _read_number(op, memory, tables, slot):
    return get(memory, get(op, slot))


@register_jitable
def _read_bytes(op, memory, tables, slot):
    return bytes_at(get(op, slot))


@register_jitable
def _read_whole(op, memory, tables, slot):
    return get(op, slot)


@register_jitable
def _read_table(op, memory, tables, slot):
    return at(tables, get(op, slot))


@register_jitable
def _read_setting(op, memory, tables, slot):
    return _real(get(tables, get(op, slot)))


Flat = Kind("a tensor", "one row of numbers", _read_flat)
Rows = Kind("a tensor", "an array [rows, lanes]", _read_rows)
Block = Kind("a tensor", "(pointer, rows, lanes)", _read_block)
Pointer = Kind("an address", "a pointer to numbers", _read_pointer)
Number = Kind("an address", "the number there", _read_number)
Bytes = Kind("an address", "a pointer to bytes", _read_bytes)
Whole = Kind("a whole number", "an int64", _read_whole)
Table = Kind("a table", "a pointer to int64s", _read_table)
Setting = Kind("a setting", "a float64", _read_setting)
Changed = Kind("a setting", "a place for `change_setting`", _read_table)
KINDS = (Flat, Rows, Block, Pointer, Number, Bytes, Whole, Table, Setting, Changed)

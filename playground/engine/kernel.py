"""A kernel: a compiled function of one operation, called through its address.

A kernel's parameters are its operands, each with its kind: ``def add(x: Flat, y: Flat)``. It may
ask for ``memory``, where numbers lie, and ``tables``, where offsets and counters lie, as well. Its
body is plain loops over small arrays.

What is compiled has the signature ``(op, memory, tables)``: it reads the operands from ``op``, the
operation's row, and goes on with the body's statements. Kernels compile on first use, for float32
or, in the checks of gradients, for float64, and are cached on disk: see `cache`.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections import namedtuple
from collections.abc import Callable, Sequence
from types import CodeType, FunctionType
from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, cfunc, types
from numba.core.base import BaseContext
from numba.core.typing.context import Context
from numba.core.typing.templates import Signature
from numba.extending import intrinsic, register_jitable

from playground.engine import cache
from playground.engine.operands import Kind, Operand, Word, listed, words

INDEX = types.CPointer(types.int64)
REAL = {np.dtype(t): types.CPointer(n) for t, n in (("f4", types.float32), ("f8", types.float64))}
ROW = 32  # int64 words of an operation: the kernel's address, then its operands
KERNELS: list[Kernel] = []  # all there are
ENTRY: Any = ast.parse("lambda op, memory, tables: None", mode="eval").body


class Kernel:
    """A kernel's source and, once asked for, its machine code."""

    def __init__(self, body: Callable, reorder: bool = False) -> None:
        self.body, self.__name__, self.operands = body, body.__name__, _declared(body)
        self.__doc__ = f"{inspect.getdoc(body)}\n\n{listed(self.operands)}"
        # contract: a·b + c may be one instruction. reassoc, where asked for: a sum may be cut into
        # lanes. Nothing else of fastmath: isnan must go on seeing NaN.
        self.fastmath = {"contract", "reassoc"} if reorder else {"contract"}
        self._compiled: dict[np.dtype, Any] = {}
        KERNELS.append(self)

    def words(self, operands: Sequence[Operand]) -> list[Word]:
        """The words of an operation with these operands; TypeError where they do not fit."""
        return words(self.__name__, self.operands, operands)

    def address(self, dtype: np.dtype) -> int:
        """Where the machine code for this kind of number starts; compiles or loads it first."""
        if dtype not in self._compiled:
            self._compile(dtype)
        return self._compiled[dtype].address

    def _compile(self, dtype: np.dtype) -> None:
        with cache.compiling:  # compiled twice, it would lose the code that others call
            if dtype not in self._compiled:
                options = {"error_model": "numpy", "fastmath": self.fastmath}
                self._compiled[dtype] = cache.compiled(
                    cfunc, types.void(INDEX, REAL[dtype], INDEX), self._entry(), dtype, **options
                )

    def _entry(self) -> Callable:
        """The body as a function of ``(op, memory, tables)`` that first reads its operands.

        One function: of arrays that one hands to another Numba would count the references.
        """
        tree = ast.parse(textwrap.dedent(inspect.getsource(self.body)))
        function: Any = tree.body[0]
        reads, slot = [], 1
        for name, kind in self.operands.items():
            reads.append(f"{name} = {kind.read.format(*range(slot, slot + kind.words))}")
            slot += kind.words
        function.decorator_list, function.args = [], ENTRY.args
        function.body = ast.parse("\n".join(reads)).body + function.body
        code, file = self.body.__code__, self.body.__code__.co_filename
        ast.increment_lineno(tree, code.co_firstlineno - 1)
        module = compile(tree, file, "exec")
        entry = next(part for part in module.co_consts if isinstance(part, CodeType))
        return FunctionType(entry, {**self.body.__globals__, **READERS}, self.__name__)

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


def kernel(body: Callable) -> Kernel:
    """Make a function of its operands a kernel."""
    return Kernel(body)


def summing_kernel(body: Callable) -> Kernel:
    """A kernel whose sums may be taken in any (fixed) order, so that they run over lanes."""
    return Kernel(body, reorder=True)


@intrinsic
def at(
    typingctx: Context, pointer: types.Type, index: types.Type
) -> tuple[Signature, Callable[..., ir.Value]]:
    """The place `index` elements after `pointer`."""

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, types.int64), emit


@intrinsic
def get(
    typingctx: Context, pointer: types.Type, index: types.Type
) -> tuple[Signature, Callable[..., ir.Value]]:
    """pointer[index]"""

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
        return builder.load(builder.gep(arguments[0], [arguments[1]]))

    return pointer.dtype(pointer, types.int64), emit


@intrinsic
def bytes_at(typingctx: Context, address: types.Type) -> tuple[Signature, Callable[..., ir.Value]]:
    """The bytes at an absolute address."""
    pointer = types.CPointer(types.uint8)

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

    return pointer(types.int64), emit


@intrinsic
def like(
    typingctx: Context, memory: types.Type, value: types.Type
) -> tuple[Signature, Callable[..., ir.Value]]:
    """`value` as the kind of number that `memory` holds, so that float32 sums stay float32."""

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
        return context.cast(builder, arguments[1], signature.args[1], signature.return_type)

    return memory.dtype(memory, value), emit


@intrinsic
def real(typingctx: Context, word: types.Type) -> tuple[Signature, Callable[..., ir.Value]]:
    """The float64 whose 64 bits these are."""

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), emit


@intrinsic
def _word(typingctx: Context, value: types.Type) -> tuple[Signature, Callable[..., ir.Value]]:
    """The 64 bits of a float64."""

    def emit(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, arguments: list[ir.Value]
    ) -> ir.Value:
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), emit


@register_jitable
def change_setting(place: types.CPointer, value: float) -> None:
    """Give a setting another value."""
    carray(place, 1)[0] = _word(np.float64(value))


# ---- the kinds of operands ----
READERS = {  # what the expressions below call; bodies have no variables of such names
    "_array": carray,
    "_at": at,
    "_block": namedtuple("block", "place rows lanes"),
    "_bytes": bytes_at,
    "_get": get,
    "_real": real,
}
PLACE, SIZES = "_at(memory, _get(op, {0}))", "_get(op, {1}), _get(op, {2})"
Flat = Kind("a tensor", "one row of numbers", f"_array({PLACE}, _get(op, {{1}}) * _get(op, {{2}}))")
Rows = Kind("a tensor", "an array [rows, lanes]", f"_array({PLACE}, ({SIZES}))")
Block = Kind("a tensor", "its place (a pointer), rows and lanes", f"_block({PLACE}, {SIZES})")
Pointer = Kind("an address", "a pointer to numbers", PLACE)
Number = Kind("an address", "the number there", "_get(memory, _get(op, {0}))")
Bytes = Kind("an address", "a pointer to bytes", "_bytes(_get(op, {0}))")
Table = Kind("a table", "a pointer to whole numbers", "_at(tables, _get(op, {0}))")
Setting = Kind("a setting", "a float64", "_real(_get(tables, _get(op, {0})))")
Changed = Kind("a setting", "a place for `change_setting`", "_at(tables, _get(op, {0}))")
Whole = Kind("a whole number", "an int64", "_get(op, {0})")
Flag = Kind("a flag", "0 or 1", "_get(op, {0})")

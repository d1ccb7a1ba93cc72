"""What kernels declare is what they are given: checked for every one, without a case by hand."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import numpy as np
import pytest

from playground.engine import kernel as declaring
from playground.engine import kernels as package
from playground.engine.builder import Builder
from playground.engine.kernel import KERNELS, ROW, Kernel, kernel
from playground.engine.operands import CHUNK, STRIDE, WORDS, Address

for module in pkgutil.iter_modules(package.__path__):
    importlib.import_module(f"{package.__name__}.{module.name}")

BODIES = "playground.engine.kernels."
OURS = [kernel for kernel in KERNELS if kernel.body.__module__.startswith(BODIES)]
FILES = sorted(Path(package.__path__[0]).glob("*.py"))
FUNCTION = ast.FunctionDef, ast.Lambda
each = pytest.mark.parametrize(
    "kernel", OURS, ids=lambda kernel: f"{kernel.body.__module__.split('.')[-1]}.{kernel.__name__}"
)


def builder() -> Builder:
    return Builder(16, 1, np.dtype("f4"), training=True, places={})


def fitting(build: Builder) -> dict:
    """An operand of every kind."""
    place = build.tensor((3,))
    return {
        "a tensor": place,
        "an address": Address(place),
        "a table": build.table([1, 2]),
        "a setting": build.setting(0.5),
        "a whole number": 7,
        "a flag": True,
    }


def operands(kernel: Kernel, build: Builder) -> list:
    """What the kernel declares that it takes."""
    return [fitting(build)[kind.given] for kind in kernel.operands.values()]


@each
def test_what_is_declared_fits(kernel):
    build = builder()
    build.op(kernel, *operands(kernel, build))
    words = build.operations[-1].words
    assert len(words) == sum(kind.words for kind in kernel.operands.values()) < ROW


@each
def test_one_operand_too_few(kernel):
    build = builder()
    (*names, last), given = kernel.operands, operands(kernel, build)
    with pytest.raises(TypeError) as error:
        build.op(kernel, *given[:-1])
    kind, message = kernel.operands[last].given, str(error.value)
    assert message.startswith(f"The kernel {kernel.__name__} takes {kind} ("), message
    assert f"as {last}, and is given nothing" in message
    assert f"the first {len(names)} are given" in message and not build.operations


@each
def test_one_operand_too_many(kernel):
    build = builder()
    with pytest.raises(TypeError) as error:
        build.op(kernel, *operands(kernel, build), 7)
    names, message = ", ".join(kernel.operands), str(error.value)
    assert message == (
        f"The kernel {kernel.__name__} takes no more operands than {names}, and is given a whole "
        "number (1 word) after them."
    )


@each
def test_an_operand_of_another_kind(kernel):
    build = builder()
    for position, (name, kind) in enumerate(kernel.operands.items()):
        wrong = {**fitting(build), "0.5 of the type float": 0.5, "None of the type NoneType": None}
        for given, operand in wrong.items():
            if given == kind.given:
                continue
            some = operands(kernel, build)
            some[position] = operand
            with pytest.raises(TypeError) as error:
                build.op(kernel, *some)
            message = str(error.value)
            assert message.startswith(f"The kernel {kernel.__name__} takes {kind.given} ("), message
            assert f"as {name}, and is given {given}" in message


@each
def test_the_docstring_lists_the_operands(kernel):
    assert "Words:" not in kernel.__doc__
    lines = kernel.__doc__.splitlines()[-len(kernel.operands) :]
    for line, (name, kind) in zip(lines, kernel.operands.items(), strict=True):
        assert re.match(rf"{name}: {kind.given} \({WORDS[kind.given]} words?\), seen as ", line)
        assert line.endswith(kind.meaning)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_kernel_reads_a_word_by_its_number(file):
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree):
        names = [argument.arg for argument in node.args.args] if isinstance(node, FUNCTION) else []
        assert "op" not in names, f"line {node.lineno} reads the operation's row by hand"
        read = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("get", "at")
        slot = node.args[1] if read else None
        assert not isinstance(slot, ast.Constant), f"line {node.lineno}: {ast.unparse(node)}"


def test_chunk_and_stride_are_whole_numbers():
    build = builder()
    kernel = next(kernel for kernel in OURS if kernel.__name__ == "join_gradients")
    sums = build.tensor((3,), lanes=1)
    build.op(kernel, sums, STRIDE, CHUNK, np.int64(5), build.clock)
    assert build.operations[-1].words == [Address(sums), 3, 1, STRIDE, CHUNK, 5, 0]


def test_a_parameter_without_a_kind_is_refused():
    def body(memory, x, y: declaring.Flat):
        """y = x"""

    with pytest.raises(TypeError, match=r"The kernel body does not say of what kind x is\."):
        kernel(body)


def test_a_row_has_room_for_so_many_words():
    def body(
        a: declaring.Rows,
        b: declaring.Rows,
        c: declaring.Rows,
        d: declaring.Rows,
        e: declaring.Rows,
        f: declaring.Rows,
        g: declaring.Rows,
        h: declaring.Rows,
        i: declaring.Rows,
        j: declaring.Rows,
        k: declaring.Whole,
        more: declaring.Whole,
    ):
        """Nothing."""

    with pytest.raises(TypeError, match="take 32 words, and a row of the table has 31 for them"):
        kernel(body)

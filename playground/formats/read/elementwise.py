"""ONNX's operators on every number by itself, or on the numbers of two values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read import curves
from playground.formats.read.graph import Node
from playground.formats.read.settling import Settling
from playground.formats.read.stack import FUSED
from playground.formats.read.value import ORDERS, Value


def elementwise(to: Settling, node: Node, given: list[Any]) -> Value:
    """What an operator makes of one value and numbers, or of two values."""
    given = [_ready(to, node, operand) for operand in given]
    values = [operand for operand in given if isinstance(operand, Value)]
    first, arrays = values[0], [operand for operand in given if isinstance(operand, np.ndarray)]
    adds = node.operator in ("Add", "Sum")
    if not all(value.like(first) for value in values):
        if adds and len(given) == len(values) == 2:
            return to.add_values(node, *values)
        raise FileError(
            f"The operator {node} joins values; here only Add, of two, and Concat do that."
        )
    for array in arrays:
        _check(node, array, first)
    if any(array.size != 1 and not _uniform(array) for array in arrays) or (
        adds and _biases(to, given, first)
    ):
        return _line(to, node, given)
    made = _curves(node.operator, given, node.attributes)
    options = ", ".join(
        f"{name} = {value:.3g}" if isinstance(value, float) else f"{name} = {value}"
        for name, value in node.attributes.items()
    )
    operators = dict.fromkeys(word for operand in values for word in operand.operators)
    operators[f"{node.operator} ({options})" if options else node.operator] = None
    terms = (values[0], values[1]) if adds and len(values) == 2 else None
    return replace(first, curves=made, operators=tuple(operators), terms=terms)


def _ready(to: Settling, node: Node, operand: Any) -> Any:
    """The operand without a border, and with floats."""
    if not isinstance(operand, Value):
        return operand
    if operand.whole:
        to.settled(node, operand)
    return to.unpadded(node, operand) if operand.pads else operand


def _check(node: Node, array: np.ndarray, value: Value) -> None:
    """FileError if the array gives the value another shape, or tells samples apart."""
    shape = (1, *value.shape)
    if value.axes not in ORDERS.values() and value.axes != "N?" and array.size == 1:
        fits = array.ndim <= len(shape)
    else:
        fits = np.broadcast_shapes(array.shape, shape) == shape if array.size else False
    if not fits:
        raise FileError(
            f"The operator {node} reads an array of shape {list(array.shape)} and samples of "
            f"shape {list(value.shape)}: it must be the same for all samples."
        )


def _biases(to: Settling, given: list[Any], value: Value) -> bool:
    """Whether a number is added to what a layer with biases gives to nobody else."""
    kind = to.stack.layers[value.layer - 1]["type"] if value.layer else ""
    alone = value.layer not in to.shared | to.recalled
    return len(given) == 2 and given[0] is not given[1] and value.plain and alone and kind in FUSED


def _uniform(array: np.ndarray) -> bool:
    return bool(array.size and (array == array.flat[0]).all())


def _line(to: Settling, node: Node, given: list[Any]) -> Value:
    """Numbers that differ from place to place: added, or multiplied with."""
    operator = {"Sum": "Add"}.get(node.operator, node.operator)
    pair = len(given) == 2 and sum(isinstance(operand, Value) for operand in given) == 1
    if pair and (operator in ("Add", "Sub", "Mul") or (operator, type(given[0])) == ("Div", Value)):
        straight = isinstance(given[0], Value)
        value, array = given if straight else given[::-1]
        number = np.asarray(array, np.float64)
        number = number[0] if number.ndim > len(value.shape) else number
        if operator in ("Mul", "Div"):
            with np.errstate(divide="ignore"):
                return to.scaled(node, value, 1 / number if operator == "Div" else number, 0)
        slope = 1 if operator == "Add" or straight else -1
        return to.scaled(node, value, slope, -number if operator == "Sub" and straight else number)
    if pair and operator == "PRelu" and isinstance(given[0], Value):
        below = np.asarray(given[1], np.float64)
        below = below[0] if below.ndim > len(given[0].shape) else below
        return to.leaking(node, given[0], below)
    raise FileError(
        f"The operator {node} reads an array of several numbers, which no activation of ours does."
    )


def _curves(operator: str, given: list[Any], attributes: Any) -> curves.Readings:
    """What the operator makes of every way to read its inputs."""
    inputs = [
        curves.readings(value.curves)
        if isinstance(value, Value)
        else None
        if value is None
        else float(value.ravel()[0])
        for value in given
    ]
    while inputs and inputs[-1] is None:
        inputs.pop()
    inputs = [-np.inf if value is None else value for value in inputs]  # Clip's lower bound
    read = [value for value in inputs if isinstance(value, dict)]
    return {
        before: curves.apply(
            operator,
            [value[before] if isinstance(value, dict) else value for value in inputs],
            attributes,
        )
        for before in read[0]
        if all(before in value for value in read)
    }

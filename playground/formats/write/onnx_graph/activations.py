"""Activations in ONNX: (graph, x, shape) → the name of what comes out."""

from __future__ import annotations

from typing import Any

from playground.formats.write.onnx_graph.graph import ACTIVATIONS, Graph, activation_of


@activation_of("identity")
def identity(graph: Graph, x: str, shape: tuple[int, ...]) -> str:
    return x


def _operator(operator: str, **attributes: Any) -> Any:
    return lambda graph, x, shape: graph.add(operator, x, **attributes)


ACTIVATIONS.update(
    relu=_operator("Relu"),
    leaky_relu=_operator("LeakyRelu", alpha=0.01),
    elu=_operator("Elu"),
    selu=_operator("Selu"),
    softplus=_operator("Softplus"),
    sigmoid=_operator("Sigmoid"),
    tanh=_operator("Tanh"),
    softsign=_operator("Softsign"),
    sine=_operator("Sin"),
)


@activation_of("gelu")
def gelu(graph: Graph, x: str, shape: tuple[int, ...]) -> str:
    erf = graph.add("Erf", graph.add("Div", x, graph.array("sqrt2", 2**0.5)))
    half = graph.add("Mul", x, graph.array("half", 0.5))
    return graph.add("Mul", half, graph.add("Add", erf, graph.array("one", 1.0)))


@activation_of("silu")
def silu(graph: Graph, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("Mul", x, graph.add("Sigmoid", x))


@activation_of("hard_tanh")
def hard_tanh(graph: Graph, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("Clip", x, graph.array("low", -1.0), graph.array("high", 1.0))


@activation_of("gaussian")
def gaussian(graph: Graph, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("Exp", graph.add("Neg", graph.add("Mul", x, x)))


@activation_of("softmax")
def softmax(graph: Graph, x: str, shape: tuple[int, ...]) -> str:
    return graph.add("Softmax", x, axis=2 if len(shape) == 2 else 1)

"""Keras' layers on sequences."""

from __future__ import annotations

import numpy as np

from playground.formats.write.keras.program import Program, layer
from playground.formats.write.model import Step
from playground.formats.write.script import call, quoted


@layer("simple_rnn", "lstm", "gru")
def recurrent(program: Program, step: Step) -> None:
    piece = step.layer
    kind = {"simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}[piece.type]
    curve = (
        {"activation": (quoted(piece.activation), '"tanh"')} if piece.type == "simple_rnn" else {}
    )
    for number in range(piece.num_layers):
        name = step.name if piece.num_layers == 1 else f"{step.name}_{number + 1}"
        whole = piece.return_sequences or number < piece.num_layers - 1
        inner = call(
            f"layers.{kind}",
            piece.units,
            **curve,
            return_sequences=(whole, False),
            name=(quoted(f"{name}_cells" if piece.bidirectional else name), None),
        )
        if piece.bidirectional:
            inner = call("layers.Bidirectional", inner, name=(quoted(name), None))
        program.put(f"{inner}(x)")
        for end in ("", "_reverse") if piece.bidirectional else ("",):
            side = (
                f"/{'backward' if end else 'forward'}_{name}_cells" if piece.bidirectional else ""
            )
            path = f"{name}{side}/{piece.type}_cell"
            program.keep(path, **_gates(step, f"_l{number}{end}"))


def _gates(step: Step, end: str) -> dict[str, np.ndarray]:
    """The arrays of one direction: gates side by side, a GRU's in the order z, r, n."""
    order = [1, 0, 2] if step.layer.type == "gru" else None

    def columns(name: str) -> np.ndarray:
        array = step.arrays[f"{name}{end}"]
        if order:
            parts = np.split(array, len(order))
            array = np.concatenate([parts[gate] for gate in order])
        return array.T

    biases = columns("bias_ih"), columns("bias_hh")
    bias = np.stack(biases) if order else biases[0] + biases[1]
    return {"kernel": columns("weight_ih"), "recurrent_kernel": columns("weight_hh"), "bias": bias}

"""Keras' layers on sequences."""

from __future__ import annotations

import numpy as np

from playground.formats.write.keras.program import Program, layer
from playground.formats.write.model import Step
from playground.formats.write.script import call, quoted


@layer("simple_rnn", "lstm", "gru")
def recurrent(program: Program, step: Step) -> None:
    one = step.layer
    kind = {"simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}[one.type]
    curve = {"activation": (quoted(one.activation), '"tanh"')} if one.type == "simple_rnn" else {}
    for number in range(one.num_layers):
        name = step.name if one.num_layers == 1 else f"{step.name}_{number + 1}"
        whole = one.return_sequences or number < one.num_layers - 1
        inner = call(
            f"layers.{kind}",
            one.units,
            **curve,
            return_sequences=(whole, False),
            name=(quoted(f"{name}_cells" if one.bidirectional else name), None),
        )
        if one.bidirectional:
            inner = call("layers.Bidirectional", inner, name=(quoted(name), None))
        program.put(f"{inner}(x)")
        for end in ("", "_reverse") if one.bidirectional else ("",):
            side = f"/{'backward' if end else 'forward'}_{name}_cells" if one.bidirectional else ""
            path = f"{name}{side}/{one.type}_cell"
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

"""Presets on sequences: what a memory can keep, forecasts, and text."""

from __future__ import annotations

from typing import Any

from playground.experiment.presets.preset import Preset

SOFTMAX = {"type": "softmax_cross_entropy"}
SQUARED = {"type": "mse"}


def adam(rate: float) -> dict[str, Any]:
    return {"type": "adam", "learning_rate": rate}


def dense(units: int) -> dict[str, Any]:
    return {"type": "dense", "units": units}


def remembering(kind: str, units: int, **options: Any) -> dict[str, Any]:
    """A recurrent layer that answers at every step."""
    return {"type": kind, "units": units, "return_sequences": True, **options}


def adding(cell: dict[str, Any]) -> dict[str, Any]:
    """Two marked numbers among fifty: the same set-up for every cell."""
    return {
        "data": {"type": "adding", "length": 50},
        "layers": [{"units": 32, **cell}, dense(1)],
        "loss": SQUARED,
        "optimizer": adam(0.02),
        "batch_size": 64,
        "clip_norm": 1.0,
    }


SEQUENCES = (
    Preset(
        "adding_rnn",
        "Adding, RNN",
        "Two marked numbers among fifty: a simple RNN forgets the first one.",
        adding({"type": "simple_rnn"}),
    ),
    Preset(
        "adding_lstm",
        "Adding, LSTM",
        "Two marked numbers among fifty: an LSTM's cell keeps the first until the second comes.",
        adding({"type": "lstm", "forget_bias": 1.0}),
    ),
    Preset(
        "adding_gru",
        "Adding, GRU",
        "Two marked numbers among fifty: two gates are enough.",
        adding({"type": "gru"}),
    ),
    Preset(
        "first_symbol_lstm",
        "First symbol",
        "Recall a symbol after forty steps of noise: the forget gate has to start open.",
        {
            "data": {"type": "first_symbol", "length": 40},
            "layers": [{"type": "lstm", "units": 24, "forget_bias": 3.0}, dense(4)],
            "loss": SOFTMAX,
            "optimizer": adam(0.005),
            "batch_size": 64,
        },
    ),
    Preset(
        "brackets_gru",
        "Brackets, GRU",
        "Is every bracket closed? The network has to count.",
        {
            "data": {"type": "brackets", "length": 20, "every_step": True},
            "layers": [remembering("gru", 16), dense(2)],
            "loss": SOFTMAX,
            "optimizer": adam(0.01),
            "batch_size": 64,
        },
    ),
    Preset(
        "echo_rnn",
        "Echo, RNN",
        "Say every symbol again three steps later: a queue in 32 numbers.",
        {
            "data": {"type": "echo", "length": 20, "delay": 3},
            "layers": [remembering("simple_rnn", 32), dense(4)],
            "loss": SOFTMAX,
            "optimizer": adam(0.005),
            "batch_size": 64,
        },
    ),
    Preset(
        "sine_gru",
        "Waves, GRU",
        "Forecast a sum of two waves that it has never seen, from noisy values.",
        {
            "data": {"type": "waves"},
            "layers": [remembering("gru", 32), dense(1)],
            "loss": SQUARED,
            "optimizer": adam(0.005),
            "batch_size": 32,
        },
    ),
    Preset(
        "co2_lstm",
        "CO₂, LSTM",
        "Carbon dioxide at Mauna Loa, a month ahead: learn its changes, then let it run free.",
        {
            "data": {"type": "series", "source": "co2", "differences": True},
            "layers": [remembering("lstm", 32, forget_bias=1.0), dense(1)],
            "loss": SQUARED,
            "optimizer": adam(0.005),
            "batch_size": 32,
        },
    ),
    Preset(
        "names_gru",
        "Names, GRU",
        "Is it a female or a male first name? Letter by letter, whatever its length.",
        {
            "data": {"type": "names"},
            "layers": [
                {"type": "embedding", "input_dim": 28, "output_dim": 8},
                remembering("gru", 32),
                dense(2),
            ],
            "loss": SOFTMAX,
            "optimizer": adam(0.005),
            "batch_size": 64,
        },
    ),
    Preset(
        "text_gru",
        "Text, GRU",
        "Moby-Dick, character by character: learn to write on.",
        {
            "data": {"type": "text", "source": "moby_dick", "carry_state": True},
            "layers": [
                {"type": "embedding", "input_dim": 80, "output_dim": 32},
                remembering("gru", 128),
                {"type": "dropout", "rate": 0.3},
                dense(80),
            ],
            "loss": SOFTMAX,
            "optimizer": adam(0.005),
            "schedule": {"type": "cosine", "epochs": 30, "lowest": 0.05},
            "batch_size": 32,
            "clip_norm": 1.0,
        },
    ),
)

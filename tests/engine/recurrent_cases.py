"""Cases of the layers that read sequences."""

from __future__ import annotations

from tests.engine.case import Case, Description, dense, layer


def sequence(name: str, *layers: Description, shape=(5, 3), samples: int = 4) -> Case:
    """Recurrent layers on [time, features], and a dense layer that reads the last answer."""
    return Case(name, (*layers, dense(2)), shape, samples=samples)


def _cases(kind: str) -> list[Case]:
    def one(units: int, **options) -> Description:
        return layer(kind, units=units, **options)

    return [
        sequence(f"{kind}, plain", one(4)),
        sequence(f"{kind}, one step", one(3), shape=(1, 2), samples=1),
        sequence(f"{kind}, 33 samples", one(5), shape=(4, 1), samples=33),
        sequence(f"{kind}, two layers", one(3, num_layers=2), samples=17),
        sequence(f"{kind}, both ways", one(3, bidirectional=True)),
        sequence(
            f"{kind}, all steps, both ways, two layers, then the last",
            one(2, return_sequences=True, num_layers=2, bidirectional=True),
            one(3),
        ),
        Case(
            f"{kind}, all steps laid out",
            (one(3, return_sequences=True), layer("flatten"), dense(2)),
            (4, 2),
        ),
    ]


LAYERS = {kind: _cases(kind) for kind in ("simple_rnn", "lstm", "gru")}
LAYERS["lstm"].append(
    sequence("lstm, an open forget gate", layer("lstm", units=3, forget_bias=2.0), samples=3)
)
LAYERS["simple_rnn"].append(
    sequence("simple_rnn, ReLU", layer("simple_rnn", units=4, activation="relu"))
)

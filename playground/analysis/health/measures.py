"""What is measured of a Run: of every layer with weights its outputs, gradients and next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.analysis import guessing
from playground.analysis.health import through_time
from playground.analysis.health.through_time import TimeHealth
from playground.analysis.trace import Trace, trace
from playground.data import Data
from playground.engine import Layer, Network
from playground.engine.class_losses import SoftmaxCrossEntropy
from playground.engine.layer import Parameter, Row
from playground.engine.layers.recurrent import Recurrent
from playground.engine.losses import MSE, BinaryCrossEntropy
from playground.experiment import Experiment
from playground.training import build, evaluation
from playground.training.run import Run

SAMPLES = 256  # training samples that are looked at
STEPS, FEWEST = 4_096, 32  # of sequences so many steps in all, but never fewer than so many
CLIPPED = ("relu",)  # activations that can stay silent for good
STUCK = 0.8  # a neuron is saturated where so many samples lie at the flat ends
LEAK = 0.002  # with tanh, sums beyond ±3.8: it takes hundreds of steps to come back from there
ALIKE = 1e-5  # relative differences below are rounding


@dataclass(frozen=True)
class Squeeze:
    """A curve with two flat ends: the outputs beyond which it is flat, and its slope.

    slope: of outputs y, as a share of the steepest.
    """

    low: float
    high: float
    slope: Callable[[np.ndarray], np.ndarray]


SQUEEZED = {
    "tanh": Squeeze(-0.97, 0.97, lambda y: 1 - y**2),
    "sigmoid": Squeeze(0.03, 0.97, lambda y: 4 * y * (1 - y)),
    "hard_tanh": Squeeze(-0.9999, 0.9999, lambda y: (np.abs(y) < 1).astype(float)),
    "softsign": Squeeze(-0.9, 0.9, lambda y: (1 - np.abs(y)) ** 2),
}


def dead(outputs: np.ndarray, activation: str) -> np.ndarray:
    """Which units [samples, units] say nothing for any sample, and may not come back."""
    return (outputs == 0).all(axis=0) & (activation in CLIPPED)


def flat(outputs: np.ndarray, activation: str) -> np.ndarray:
    """For each unit, the share of samples at the flat ends of its curve."""
    ends = SQUEEZED.get(activation)
    if not ends:
        return np.zeros(outputs.shape[1])
    return ((outputs < ends.low) | (outputs > ends.high)).mean(axis=0)


@dataclass(frozen=True, eq=False)
class LayerHealth:
    """One layer with weights, as the samples see it; outputs behind its activation."""

    position: int
    title: str
    activation: str
    hidden: bool  # whether another layer with weights follows
    weight: float  # root mean square of the weights
    gain: float  # root mean square of w · √fan_in: sums are about so much larger than inputs
    gradient: float  # root mean square of ∂L/∂w
    update: float  # size of the next step, as a share of the weights: ‖Δw‖ / ‖w‖
    outputs: np.ndarray  # [samples, units]
    slopes: np.ndarray  # ∂ℓ/∂ output of each sample's own loss ℓ, [samples, units]
    carried: float  # spread of what the next layer with weights reads, over that of what this reads
    alike: bool  # whether all units have the same weights, and the same gradients

    @property
    def dead(self) -> np.ndarray:
        """Which units can be silent for good, and are zero for every sample."""
        return dead(self.outputs, self.activation)

    @property
    def saturated(self) -> np.ndarray:
        """For each unit, the share of samples at the flat ends of its curve."""
        return flat(self.outputs, self.activation)

    @property
    def blocked(self) -> bool:
        """Whether the error asks outputs at the flat ends to come back, and cannot reach them.

        Of the error, Σ |∂ℓ/∂y|, more than half stands at flat ends and points inwards, and of all
        of it less than a `LEAK` gets through the curve.
        """
        ends = SQUEEZED.get(self.activation)
        error = np.abs(self.slopes)
        if not ends or not error.sum() > 0:
            return False
        low, high = self.outputs < ends.low, self.outputs > ends.high
        inwards = (low & (self.slopes < 0)) | (high & (self.slopes > 0))
        through = (error * ends.slope(self.outputs)).sum()
        return bool(error[inwards].sum() > error.sum() / 2 and through < LEAK * error.sum())

    @property
    def spread(self) -> float:
        """How far outputs differ from sample to sample."""
        return spread(self.outputs)


@dataclass(frozen=True, eq=False)
class Health:
    """What `examine` measured."""

    experiment: Experiment
    layers: tuple[LayerHealth, ...]
    start: tuple[LayerHealth, ...]  # the same samples in the network as it was before any step
    history: dict[str, np.ndarray]
    step: int
    diverged: bool
    times: tuple[TimeHealth, ...] = ()
    asked_once: bool = True  # whether every sequence has one answer, at its end
    guess: float = float("nan")  # loss of the best answer that never changes; NaN: not known

    @property
    def hidden(self) -> list[LayerHealth]:
        """All but the last layer with weights."""
        return [layer for layer in self.layers if layer.hidden]


def examine(run: Run) -> Health:
    """Measure a Run as its next step would see it. It trains on as if nothing had happened."""
    rehearsal, train = run.rehearse(), run.data.train
    count = SAMPLES
    if steps := through_time.steps(rehearsal.network):  # each of them counts as a sample
        count = min(max(STEPS // steps, FEWEST), SAMPLES)
    x = evaluation.numbers(train.x[:count], run.data.scale)
    y = train.y[:count]
    with np.errstate(all="ignore"):
        traced = trace(rehearsal.network, x, y)
        layers = _layers(rehearsal.network, traced, rehearsal.after)
        start = layers
        if rehearsal.step > 1:
            fresh = build.network(run.experiment, run.data)
            start = _layers(fresh, trace(fresh, x, y), {})
        times = through_time.measure(rehearsal.network, traced)
    return Health(
        run.experiment,
        layers,
        start,
        run.history,
        rehearsal.step - 1,
        run.status == "diverged",
        times,
        _asked_once(run.data, y),
        _guess(run) if times else float("nan"),
    )


def _guess(run: Run) -> float:
    """What the best answer that never changes costs; NaN where the loss is another measure."""
    loss = run.experiment.loss.make()
    known = isinstance(loss, (SoftmaxCrossEntropy, BinaryCrossEntropy)) or loss == MSE()
    return guessing.guess(run.data).loss if known else float("nan")


def _asked_once(data: Data, y: np.ndarray) -> bool:
    """Whether no sample has more than one answer."""
    asked = y >= 0 if data.classes else np.isfinite(y)
    return not data.answers or bool((asked.sum(axis=1) <= 1).all())


def _layers(
    network: Network, traced: Trace, after: dict[str, np.ndarray]
) -> tuple[LayerHealth, ...]:
    """`after`: the parameters that the next step gives, where that is asked."""
    with np.errstate(all="ignore"):
        rows = [row for row in network.plan.rows if _weights(row)]
        ends = (*(row.position for row in rows[1:]), len(network.plan.rows))
        return tuple(
            _layer(network, traced, after, row, end)
            for row, end in zip(rows, ends[: len(rows)], strict=True)
        )


def _layer(
    network: Network, traced: Trace, after: dict[str, np.ndarray], row: Row, end: int
) -> LayerHealth:
    """`end`: the position of the next layer with weights, or how many layers there are."""
    weights = {f"{row.position}.{p.name}": p for p in _weights(row)}
    arrays = {name: network.parameter(name) for name in weights}
    gradients = {name: traced.gradients[name] for name in weights}
    steps = [after[name] - array for name, array in arrays.items() if name in after]
    curved, activation = _curve(network.plan.rows, row)
    units = getattr(row.layer, "units", None)
    weight = rms(*arrays.values())
    reads, gives = (spread(_units(traced.values[place])) for place in (row.position, end))
    return LayerHealth(
        row.position,
        row.layer.title,
        activation,
        end < len(network.plan.rows),
        weight,
        rms(*(arrays[name] * p.fan_in**0.5 for name, p in weights.items())),
        rms(*gradients.values()),
        rms(*steps) / weight if steps and weight else 0.0,
        _units(traced.values[curved + 1]),
        _units(traced.slopes[curved + 1]) * len(traced.values[0]),
        gives / reads if reads else 0.0,
        all(_alike(array, units) for array in (*arrays.values(), *gradients.values())),
    )


def _weights(row: Row) -> list[Parameter]:
    """What multiplies a layer's inputs; the scales of a normalisation are none."""
    return [p for p in row.layer.parameters(row.input_shape) if p.weight and p.trained]


def _curve(rows: tuple[Row, ...], row: Row) -> tuple[int, str]:
    """Where a layer's activation lies, and which: its own, or one that follows by itself."""
    own = _activation(row.layer)
    if own == "identity":
        for later in rows[row.position + 1 :]:
            if later.layer.type == "activation":
                return later.position, _activation(later.layer)
            if _weights(later) or later.output_shape != row.output_shape:
                break
    return row.position, own


def _activation(layer: Layer) -> str:
    """Of an LSTM and a GRU tanh bounds what they say."""
    return layer.curve or ("tanh" if isinstance(layer, Recurrent) else "identity")


def _alike(array: np.ndarray, units: int | None) -> bool:
    """Whether the weights of all units are the same; a recurrent layer has a row for every gate."""
    count = units if units and len(array) % units == 0 else len(array)
    rows = array.reshape(-1, count, array[0].size)
    size = np.abs(rows).max(initial=0)
    return count > 1 and bool(np.abs(rows - rows[:, :1]).max() <= ALIKE * size)


def rms(*arrays: np.ndarray) -> float:
    """The root mean square of all numbers together."""
    numbers = np.concatenate([np.ravel(array) for array in arrays])
    return float(np.sqrt(np.mean(np.square(numbers, dtype=np.float64))))


def spread(outputs: np.ndarray) -> float:
    """How far [samples, units] differ from sample to sample: root mean square over the units."""
    return rms(outputs - outputs.mean(axis=0, dtype=np.float64))


def _units(outputs: np.ndarray) -> np.ndarray:
    """[samples, units]; every pixel of a map and every step in time counts as a sample."""
    axis = 1 if outputs.ndim == 4 else -1
    return np.moveaxis(outputs, axis, -1).reshape(-1, outputs.shape[axis])

"""One step, for one weight, with every number: forward, loss, chain rule, update, and a check.

The next mini-batch is rehearsed; nothing of the Run changes. For a weight w of a dense layer that
leads from a (what comes in) to the sum z of neuron i,

    ∂L/∂w = 1/N Σ_n δ(n) · a(n),   δ(n) = ∂ℓ(n)/∂z, the slope of sample n's own loss ℓ(n),

and with the neurons k that it leads to, δ = f′(z) · Σ_k w_k δ_k.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.analysis.by_hand import Line
from playground.analysis.one_update import work_out
from playground.analysis.trace import Score, Trace, trace
from playground.engine import Network, registry
from playground.training import evaluation
from playground.training.run import Run

TOGETHER = (
    "In this network the points of a batch act on each other, or chance plays along (batch "
    "normalisation, dropout, an F1 loss), so no point's share can be told apart."
)
NUDGE = 1e-4  # how far a weight is moved, both ways, to measure the slope of the loss


@dataclass(frozen=True)
class Term:
    """What one sample of the batch contributes."""

    sample: int
    incoming: float  # a: what comes in through the weight (1 for a bias)
    total: float  # z: the neuron's sum
    output: float  # f(z): what the neuron says
    loss: float  # ℓ
    slope: float  # δ = ∂ℓ/∂z of this sample's loss
    product: float  # δ · a


@dataclass(frozen=True, eq=False)
class Closer:
    """The sample with the largest δ · a, all of its way forwards and back through the neuron."""

    number: int  # its place in the batch
    inputs: np.ndarray  # all that comes in
    weights: np.ndarray  # what it is multiplied by
    bias: float
    curve: float  # f′(z)
    effect: float  # ∂ℓ/∂f: how the loss changes with what the neuron says
    onwards: tuple[tuple[float, float], ...] | None  # (w_k, δ_k) of the next dense layer, if any


@dataclass(frozen=True)
class Explanation:
    """A step from one parameter's point of view."""

    name: str  # such as "0.weight"
    index: tuple[int, ...]
    value: float
    activation: str
    loss: float  # of the batch
    terms: tuple[Term, ...]
    closer: Closer
    step: int  # the number of this step, from 1
    gradient: float  # the mean of the products
    engine_gradient: float
    measured: float  # (L(w + h) − L(w − h)) / 2h
    lines: tuple[Line, ...]  # the update
    new_value: float  # by these lines
    engine_new_value: float


class ExplainError(ValueError):
    """There is no such explanation for this parameter; the message says why."""


def next_step(run: Run, name: str, index: tuple[int, ...]) -> Explanation:
    """The next step of a Run, for one weight or bias of a dense layer."""
    position = _check(run, name, index)
    rehearsal, train = run.rehearse(), run.data.train
    network = rehearsal.network
    x = evaluation.numbers(train.x[rehearsal.batch], run.data.scale)
    y = train.y[rehearsal.batch]
    traced = trace(network, x, y)
    if not np.isfinite(traced.loss):
        raise ExplainError("The loss is larger than any number here; there is nothing to work out.")
    terms = _terms(network, traced, name, index, y, rehearsal.batch)
    gradient = float(np.mean([term.product for term in terms]))
    engine_gradient = float(traced.gradients[name][index])
    if not np.isclose(gradient, engine_gradient, rtol=1e-3, atol=1e-6):
        raise ExplainError(TOGETHER)
    try:
        lines, new = work_out(run.experiment, rehearsal, traced.gradients, name, index, gradient)
    except NotImplementedError as error:
        raise ExplainError(str(error)) from None
    number = int(np.argmax([abs(term.product) for term in terms]))
    return Explanation(
        name,
        index,
        float(network.parameter(name)[index]),
        network.layers[position].curve or "identity",
        traced.loss,
        terms,
        _closer(network, traced, position, index[0], number),
        rehearsal.step,
        gradient,
        engine_gradient,
        _measure(network, name, index, x, y),
        lines,
        new,
        float(rehearsal.after[name][index]),
    )


def _check(run: Run, name: str, index: tuple[int, ...]) -> int:
    """The position of the parameter's layer; ExplainError where it cannot be explained."""
    experiment, network = run.experiment, run.network
    if name not in network.places:
        raise ExplainError(f"There is no parameter called {name}.")
    position = int(name.split(".")[0])
    if network.plan.rows[position].layer.type != "dense":
        raise ExplainError("Only dense layers are explained number by number.")
    if experiment.accumulate > 1:
        raise ExplainError("With gradient accumulation a step has several batches.")
    if experiment.augmentation.type != "none":
        raise ExplainError("With augmentation chance changes the samples of every step.")
    if any(row.layer.smallest_batch(row.input_shape) > 1 for row in network.plan.rows):
        raise ExplainError(TOGETHER)
    if not all(0 <= i < size for i, size in zip(index, network.places[name].shape, strict=True)):
        raise ExplainError(f"{name} has no entry {list(index)}.")
    return position


def _terms(
    network: Network,
    traced: Trace,
    name: str,
    index: tuple[int, ...],
    y: np.ndarray,
    batch: np.ndarray,
) -> tuple[Term, ...]:
    """Every sample's own loss, sum and slope; ExplainError where they act on each other."""
    outputs = traced.values[-1]
    losses = [network.loss.evaluate(outputs[n : n + 1], y[n : n + 1]) for n in range(len(y))]
    alone = network.predict(traced.values[0])
    same = np.isclose(np.mean(losses), traced.loss, rtol=1e-3, atol=1e-6)
    if not same or not np.allclose(alone, outputs, rtol=1e-3, atol=1e-5):
        raise ExplainError(TOGETHER)
    position, unit = int(name.split(".")[0]), index[0]
    totals, slopes = _sums(network, traced, position)
    incoming = np.ones(len(y))
    if len(index) > 1:
        incoming = traced.values[position][:, index[1]].astype(np.float64)
    columns = (
        batch.tolist(),
        incoming.tolist(),
        totals[:, unit].tolist(),
        traced.values[position + 1][:, unit].tolist(),
        losses,
        slopes[:, unit].tolist(),
        (slopes[:, unit] * incoming).tolist(),
    )
    return tuple(Term(*row) for row in zip(*columns, strict=True))


def _sums(network: Network, traced: Trace, position: int) -> tuple[np.ndarray, np.ndarray]:
    """z of a dense layer and δ = ∂ℓ/∂z of each sample's own loss, [N, units], float64."""
    weight, bias = (network.parameter(f"{position}.{word}") for word in ("weight", "bias"))
    totals = traced.values[position].astype(np.float64) @ weight.T + bias
    effects = traced.slopes[position + 1].astype(np.float64) * len(totals)
    return totals, _through(network, position, totals, effects)


def _through(
    network: Network, position: int, totals: np.ndarray, effects: np.ndarray
) -> np.ndarray:
    """From ∂ℓ/∂f to ∂ℓ/∂z, by the activation alone."""
    name = network.layers[position].curve or "identity"
    layer = registry.make("layer", {"type": "activation", "name": name})
    curve = Network([layer], totals.shape[1:], Score(), dtype="float64")
    return curve.backward(totals, effects, training=False)[2]


def _closer(network: Network, traced: Trace, position: int, unit: int, number: int) -> Closer:
    """Sample `number` of the batch, forwards and back through one neuron."""
    weight, bias = (network.parameter(f"{position}.{word}") for word in ("weight", "bias"))
    totals, _ = _sums(network, traced, position)
    alone = np.eye(totals.shape[1])[[unit]]
    effect = float(traced.slopes[position + 1][number, unit]) * len(totals)
    return Closer(
        number,
        traced.values[position][number].astype(np.float64),
        weight[unit].astype(np.float64),
        float(bias[unit]),
        float(_through(network, position, totals[[number]], alone)[0, unit]),
        effect,
        _onwards(network, traced, position, unit, number, effect),
    )


def _onwards(
    network: Network, traced: Trace, position: int, unit: int, number: int, effect: float
) -> tuple[tuple[float, float], ...] | None:
    """(w_k, δ_k) of the next dense layer, where all that the neuron says goes there."""
    rows = network.plan.rows
    if position + 1 == len(rows) or rows[position + 1].layer.type != "dense":
        return None
    weights = network.parameter(f"{position + 1}.weight")[:, unit].astype(np.float64)
    behind = _sums(network, traced, position + 1)[1][number]
    if not np.isclose(weights @ behind, effect, rtol=1e-3, atol=1e-6):
        return None
    return tuple(zip(weights.tolist(), behind.tolist(), strict=True))


def _measure(
    network: Network, name: str, index: tuple[int, ...], x: np.ndarray, y: np.ndarray
) -> float:
    """The slope of the loss by moving the weight a little both ways, in float64."""
    twin = _twin(network)
    losses = []
    for nudge in (NUDGE, -NUDGE):
        twin.parameter(name)[index] = float(network.parameter(name)[index]) + nudge
        losses.append(twin.loss.evaluate(twin.predict(x), y))
    return (losses[0] - losses[1]) / (2 * NUDGE)


def _twin(network: Network) -> Network:
    """The same network in float64, where small differences keep their digits."""
    twin = Network(network.layers, network.plan.input_shape, network.loss, dtype="float64")
    twin.load_parameters(network.flat)
    return twin

"""One step, for one weight, with every number: forward, loss, chain rule, update, and a check.

The next mini-batch is rehearsed; nothing of the Run changes. For a weight w of a dense layer that
leads from a (what comes in) to the sum z of neuron i,

    ∂L/∂w = 1/N Σ_n δ(n) · a(n),   δ(n) = ∂ℓ(n)/∂z, the slope of sample n's own loss ℓ(n),

and with the neurons k that it leads to, δ = f′(z) · Σ_k w_k δ_k.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from playground.analysis.by_hand import Line, Sheet, update
from playground.engine import Network
from playground.experiment.experiment import Experiment
from playground.training import evaluation
from playground.training.run import Rehearsal, Run

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
    experiment = run.experiment
    if name not in run.network.places:
        raise ExplainError(f"There is no parameter called {name}.")
    position = int(name.split(".")[0])
    layer, parameter = run.network.plan.rows[position].layer, name.split(".")[1]
    if layer.type != "dense":
        raise ExplainError("Only dense layers are explained number by number.")
    if experiment.accumulate > 1:
        raise ExplainError("With gradient accumulation a step has several batches.")
    if any(row.layer.smallest_batch(row.input_shape) > 1 for row in run.network.plan.rows):
        raise ExplainError(TOGETHER)
    rehearsal = run.rehearse()
    network = rehearsal.network
    if not all(0 <= i < size for i, size in zip(index, network.places[name].shape, strict=True)):
        raise ExplainError(f"{name} has no entry {list(index)}.")
    train = run.data.train
    x = evaluation.numbers(train.x[rehearsal.batch], run.data.scale)
    y = train.y[rehearsal.batch]
    loss, gradients = network.gradients(x, y)
    if not np.isfinite(loss):
        raise ExplainError("The loss is larger than any number here; there is nothing to work out.")
    terms = _terms(network, position, parameter, index, x, y, rehearsal.batch)
    gradient = float(np.mean([term.product for term in terms]))
    engine_gradient = float(gradients[name][index])
    if not np.isclose(gradient, engine_gradient, rtol=1e-3, atol=1e-6):
        raise ExplainError(TOGETHER)
    value = float(network.parameter(name)[index])
    lines, new = _update(experiment, rehearsal, name, index, value, gradient, gradients)
    number = int(np.argmax([abs(term.product) for term in terms]))
    sample = slice(number, number + 1)
    return Explanation(
        name,
        index,
        value,
        layer.curve or "identity",
        loss,
        terms,
        _closer(network, position, index[0], x[sample], y[sample], number),
        rehearsal.step,
        gradient,
        engine_gradient,
        _measure(network, name, index, x, y),
        lines,
        new,
        float(rehearsal.after[name][index]),
    )


def _terms(
    network: Network,
    position: int,
    parameter: str,
    index: tuple[int, ...],
    x: np.ndarray,
    y: np.ndarray,
    batch: np.ndarray,
) -> tuple[Term, ...]:
    """Each sample by itself: its own loss's slope is the gradient of the neuron's bias."""
    activations = [x, *network.activations(x)]
    before, after = activations[position], activations[position + 1]
    weight, bias = (network.parameter(f"{position}.{word}") for word in ("weight", "bias"))
    unit = index[0]
    totals = before.astype(np.float64) @ weight[unit] + bias[unit]
    terms = []
    for n, sample in enumerate(batch):
        loss, own = network.gradients(x[n : n + 1], y[n : n + 1])
        slope = float(own[f"{position}.bias"][unit])
        incoming = float(before[n, index[1]]) if parameter == "weight" else 1.0
        terms.append(
            Term(
                int(sample),
                incoming,
                float(totals[n]),
                float(after[n, unit]),
                float(loss),
                slope,
                slope * incoming,
            )
        )
    return tuple(terms)


def _closer(
    network: Network, position: int, unit: int, x: np.ndarray, y: np.ndarray, number: int
) -> Closer:
    """One sample [1, …], with f′(z) by moving z a little both ways."""
    weight, bias = (network.parameter(f"{position}.{word}") for word in ("weight", "bias"))
    inputs = [x, *network.activations(x)][position][0]
    twin = _twin(network)
    said = []
    for nudge in (NUDGE, -NUDGE):
        twin.parameter(f"{position}.bias")[unit] = float(bias[unit]) + nudge
        said.append(float(twin.activations(x)[position][0, unit]))
    curve = (said[0] - said[1]) / (2 * NUDGE)
    effect, onwards = _effect(network, position, unit, x, y, curve)
    return Closer(
        number,
        inputs.astype(np.float64),
        weight[unit].astype(np.float64),
        float(bias[unit]),
        curve,
        effect,
        onwards,
    )


def _effect(
    network: Network, position: int, unit: int, x: np.ndarray, y: np.ndarray, curve: float
) -> tuple:
    """∂ℓ/∂f of a neuron: from the loss at the end, from the next dense layer, or else from δ."""
    rows = network.plan.rows
    if position == len(rows) - 1:
        ends = np.repeat(network.predict(x).astype(np.float64), 2, axis=0)
        ends[:, unit] += NUDGE, -NUDGE
        above, below = (network.loss.evaluate(end[None], y) for end in ends)
        return (above - below) / (2 * NUDGE), None
    _, slopes = network.gradients(x, y)
    if rows[position + 1].layer.type != "dense":
        return float(slopes[f"{position}.bias"][unit]) / curve if curve else 0.0, None
    behind = slopes[f"{position + 1}.bias"].astype(np.float64)
    weights = network.parameter(f"{position + 1}.weight")[:, unit].astype(np.float64)
    pairs = tuple(zip(weights.tolist(), behind.tolist(), strict=True))
    return float(weights @ behind), pairs


def _update(
    experiment: Experiment,
    rehearsal: Rehearsal,
    name: str,
    index: tuple[int, ...],
    value: float,
    gradient: float,
    gradients: Mapping[str, np.ndarray],
) -> tuple[tuple[Line, ...], float]:
    """From the gradient to the new value: clipping, penalty, optimizer, penalty."""
    sheet = Sheet(p=value, g=gradient, η=rehearsal.learning_rate)
    weight = name.endswith("weight")
    limit = experiment.clip_value or np.inf
    cut = [np.clip(array.astype(np.float64), -limit, limit) for array in gradients.values()]
    norm = float(np.sqrt(sum(np.sum(array**2) for array in cut)))
    if abs(gradient) > limit:
        sheet.known["c"] = limit
        sheet.add("g", "g cut off at ± c", float(np.clip(gradient, -limit, limit)))
    if experiment.clip_norm and norm > experiment.clip_norm:
        sheet.known.update({"c": experiment.clip_norm, "‖g‖": norm})
        share = experiment.clip_norm / (norm + 1e-6)
        sheet.add("g", "g · c / ‖g‖", sheet.known["g"] * share)
    penalty = experiment.regularization
    rates = {key: getattr(penalty, key, 0.0) for key in ("l1", "l2", "rate")}
    l2 = rates["l2"] if penalty.type == "elastic_net" else rates["rate"] * (penalty.type == "l2")
    l1 = rates["l1"] if penalty.type == "elastic_net" else rates["rate"] * (penalty.type == "l1")
    if weight and l2:
        sheet.known["λ"] = l2
        sheet.add("g", "g + λ · p", sheet.known["g"] + l2 * value)
    state = {word: float(array[index]) for word, array in rehearsal.optimizer[name].items()}
    try:
        new = update(experiment.optimizer.make(), sheet, state, rehearsal.step)
    except NotImplementedError as error:
        raise ExplainError(str(error)) from None
    if weight and l1:
        sheet.known["λ"] = l1
        shrunk = np.sign(new) * max(abs(new) - rehearsal.learning_rate * l1, 0.0)
        new = sheet.add("p′", "p′ moved towards 0 by η · λ", float(shrunk))
    return tuple(sheet.lines), new


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

"""One step, for one weight, with every number: forward, loss, chain rule, update, and a check.

The next mini-batch is rehearsed; nothing of the Run changes. For a weight w of a dense layer that
leads from a (what comes in) to the sum z of neuron i,

    ∂L/∂w = 1/N Σ_n δ(n) · a(n),   δ(n) = ∂ℓ(n)/∂z, the slope of sample n's own loss.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.by_hand import Line, Sheet, update
from playground.engine import Network
from playground.run import Run

NUDGE = 1e-4  # how far a weight is moved, both ways, to measure the slope of the loss


@dataclass(frozen=True)
class Term:
    """What one sample of the batch contributes."""

    sample: int
    incoming: float  # a: what comes in through the weight (1 for a bias)
    total: float  # z: the neuron's sum
    output: float  # f(z): what the neuron says
    slope: float  # δ = ∂ℓ/∂z of this sample's loss
    product: float  # δ · a


@dataclass(frozen=True)
class Explanation:
    """A step from one parameter's point of view."""

    name: str  # such as "0.weight"
    index: tuple[int, ...]
    value: float
    loss: float  # of the batch
    terms: tuple[Term, ...]
    gradient: float  # the mean of the products
    engine_gradient: float
    measured: float  # (L(w + h) − L(w − h)) / 2h
    lines: tuple[Line, ...]  # the update
    new_value: float  # by these lines
    engine_new_value: float


class ExplainError(ValueError):
    """There is no such explanation for this parameter; the message says why."""


def explain(run: Run, name: str, index: tuple[int, ...]) -> Explanation:
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
    rehearsal = run.rehearse()
    network = rehearsal.network
    if not all(0 <= i < size for i, size in zip(index, network.places[name].shape, strict=True)):
        raise ExplainError(f"{name} has no entry {list(index)}.")
    train = run.data.train
    x = (train.x[rehearsal.batch] * np.float32(run.data.scale)).astype(np.float32)
    y = train.y[rehearsal.batch]
    loss, gradients = network.gradients(x, y)
    terms = _terms(network, position, parameter, index, x, y, rehearsal.batch)
    gradient = float(np.mean([term.product for term in terms]))
    value = float(network.parameter(name)[index])
    lines, new = _update(experiment, rehearsal, name, index, value, gradient, gradients)
    return Explanation(
        name, index, value, loss, terms, gradient, float(gradients[name][index]),
        _measure(network, name, index, x, y), lines, new,
        float(rehearsal.after[name][index]),
    )  # fmt: skip


def _terms(network, position, parameter, index, x, y, batch) -> tuple[Term, ...]:
    """Each sample by itself: its own loss's slope is the gradient of the neuron's bias."""
    activations = [x, *network.activations(x)]
    before, after = activations[position], activations[position + 1]
    weight, bias = (network.parameter(f"{position}.{word}") for word in ("weight", "bias"))
    unit = index[0]
    totals = before.astype(np.float64) @ weight[unit] + bias[unit]
    terms = []
    for n, sample in enumerate(batch):
        _, own = network.gradients(x[n : n + 1], y[n : n + 1])
        slope = float(own[f"{position}.bias"][unit])
        incoming = float(before[n, index[1]]) if parameter == "weight" else 1.0
        terms.append(
            Term(int(sample), incoming, float(totals[n]), float(after[n, unit]), slope,
                 slope * incoming)
        )  # fmt: skip
    return tuple(terms)


def _update(
    experiment, rehearsal, name, index, value, gradient, gradients
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
    new = update(experiment.optimizer.make(), sheet, state, rehearsal.step)
    if weight and l1:
        sheet.known["λ"] = l1
        shrunk = np.sign(new) * max(abs(new) - rehearsal.learning_rate * l1, 0.0)
        new = sheet.add("p′", "p′ moved towards 0 by η · λ", float(shrunk))
    return tuple(sheet.lines), new


def _measure(network: Network, name: str, index: tuple[int, ...], x, y) -> float:
    """The slope of the loss by moving the weight a little both ways, in float64."""
    twin = Network(network.layers, network.plan.input_shape, network.loss, dtype="float64")
    losses = []
    for nudge in (NUDGE, -NUDGE):
        twin.load_parameters(network.flat)
        twin.parameter(name)[index] += nudge
        losses.append(twin.loss.evaluate(twin.predict(x), y))
    return (losses[0] - losses[1]) / (2 * NUDGE)

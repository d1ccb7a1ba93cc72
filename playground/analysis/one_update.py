"""From a gradient to a parameter's new value: clipping, penalty, optimizer, penalty, in float64.

What an optimizer does is worked out by hand (`by_hand.update`); what a penalty does is asked of its
own operations, so that every registered one is known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from playground.analysis.by_hand import Line, Sheet, update
from playground.engine import registry
from playground.engine.builder import Builder
from playground.engine.kernels.batches import STEP
from playground.engine.operands import GRADIENTS, SettingPlace, Tensor
from playground.engine.program import Program, aligned
from playground.engine.regularizers import Formula
from playground.experiment import Experiment
from playground.training.rehearsal import Rehearsal

Arrays = Mapping[str, np.ndarray]


def work_out(
    experiment: Experiment,
    rehearsal: Rehearsal,
    gradients: Arrays,
    name: str,
    index: tuple[int, ...],
    gradient: float,
) -> tuple[tuple[Line, ...], float]:
    """The lines of one parameter's update, and its new value.

    gradients: those of the batch, by every parameter; gradient: this one's, before clipping.
    NotImplementedError where an optimizer is not worked out.
    """
    value = float(rehearsal.network.parameter(name)[index])
    sheet = Sheet(p=value, g=gradient, η=rehearsal.learning_rate)
    cut = _clip(experiment, sheet, gradients, name, index)
    spans = _Spans(experiment, rehearsal, cut)
    penalty, weight = experiment.regularization.make(), name in spans.names
    if weight:
        spans.run(spans.before)
        pulled = spans.entry(spans.gradients, name, index)
        _write(sheet, "g", penalty.pull, penalty, pulled)
    state = {word: float(array[index]) for word, array in rehearsal.optimizer[name].items()}
    new = update(experiment.optimizer.make(), sheet, state, rehearsal.step)
    if weight:
        spans.run(spans.step)
        row = spans.weights(name)[index[0]]
        sheet.known["‖w′‖"] = float(np.linalg.norm(row))
        before = spans.entry(spans.parameters, name, index)
        spans.run(spans.after)
        after = spans.entry(spans.parameters, name, index)
        if after != before:
            new = _write(sheet, "p′", penalty.move, penalty, after)
    return tuple(sheet.lines), new


def _clip(
    experiment: Experiment, sheet: Sheet, gradients: Arrays, name: str, index: tuple[int, ...]
) -> dict[str, np.ndarray]:
    """All gradients cut off and shortened; lines where that changes this one."""
    limit = experiment.clip_value or np.inf
    cut = {key: np.clip(g.astype(np.float64), -limit, limit) for key, g in gradients.items()}
    norm = float(np.sqrt(sum(np.sum(array**2) for array in cut.values())))
    if abs(sheet.known["g"]) > limit:
        sheet.known["c"] = limit
        sheet.add("g", "g cut off at ± c", float(np.clip(sheet.known["g"], -limit, limit)))
    if experiment.clip_norm and norm > experiment.clip_norm:
        sheet.known.update({"c": experiment.clip_norm, "‖g‖": norm})
        share = experiment.clip_norm / (norm + 1e-6)
        sheet.add("g", "g · c / ‖g‖", sheet.known["g"] * share)
        cut = {key: array * share for key, array in cut.items()}
    cut[name][index] = sheet.known["g"]
    return cut


def _write(
    sheet: Sheet, symbol: str, formula: Formula, penalty: registry.Piece, value: float
) -> float:
    """A line by a penalty's own formula, where it changes anything."""
    if value == sheet.known[symbol]:
        return value
    sheet.known |= {sign: getattr(penalty, option) for sign, option in formula.options.items()}
    return sheet.add(symbol, formula.text, value)


class _Spans:
    """All weights, their gradients and what the optimizer remembers, in float64."""

    def __init__(self, experiment: Experiment, rehearsal: Rehearsal, gradients: Arrays) -> None:
        network = rehearsal.network
        self.network, self.rehearsal = network, rehearsal
        self.optimizer, self.penalty = experiment.optimizer.make(), experiment.regularization.make()
        self.names = [n for n, place in network.places.items() if place.offset < network.weights]
        self.parameters = aligned(network.flat.size, np.dtype(np.float64))
        self.parameters[:] = network.flat
        self.gradients = np.zeros(network.trained)
        for name, array in gradients.items():
            start = network.places[name].offset
            self.gradients[start : start + array.size] = array.ravel()

    def entry(self, numbers: np.ndarray, name: str, index: tuple[int, ...]) -> float:
        place = self.network.places[name]
        return float(numbers[place.offset : place.offset + place.size].reshape(place.shape)[index])

    def weights(self, name: str) -> np.ndarray:
        """One array of weights as it stands now."""
        place = self.network.places[name]
        return self.parameters[place.offset : place.offset + place.size].reshape(place.shape)

    def before(self, build: Builder, p: Tensor, g: Tensor, rate: SettingPlace) -> None:
        """What the penalty adds to the gradient."""
        self.penalty.before(build, p, g, _settings(build, self.penalty))

    def step(self, build: Builder, p: Tensor, g: Tensor, rate: SettingPlace) -> None:
        """The optimizer's update."""
        settings = {**_settings(build, self.optimizer), "learning_rate": rate}
        self.optimizer.emit(build, p, g, "weights", settings)

    def after(self, build: Builder, p: Tensor, g: Tensor, rate: SettingPlace) -> None:
        """What the penalty makes of the updated weights."""
        self.penalty.after(build, p, _settings(build, self.penalty), rate)

    def run(self, emit: Callable[[Builder, Tensor, Tensor, SettingPlace], None]) -> None:
        """Run the operations that `emit` adds, on all weights."""
        count = self.network.weights
        build = Builder(1, 1, np.dtype(np.float64), training=True, places=self.network.places)
        p, g = (Tensor(buffer, 0, (count,), 1) for buffer in ("parameters", GRADIENTS))
        emit(build, p, g, build.setting(self.rehearsal.learning_rate))
        if not build.operations:
            return
        program = Program(build, {"parameters": self.parameters}, self.network.trained)
        program.gradients[0, : self.gradients.size] = self.gradients
        program.clock[STEP] = self.rehearsal.step
        self._remember(program)
        program.run(1)
        self.gradients[:] = program.gradients[0, : self.gradients.size]

    def _remember(self, program: Program) -> None:
        """Bring in the optimizer's state."""
        offset = 0
        for label, size in program.build.states:
            word = label.partition(".")[2]
            for name in self.names:
                place = self.network.places[name]
                start = offset + place.offset
                values = self.rehearsal.optimizer[name][word].ravel()
                program.state[start : start + place.size] = values
            offset += size


def _settings(build: Builder, piece: registry.Piece) -> dict[str, SettingPlace]:
    """The numbers among a piece's options, by name."""
    options = [option for option in registry.options(type(piece)) if option.type is float]
    return {option.name: build.setting(getattr(piece, option.name)) for option in options}

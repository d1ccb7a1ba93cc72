"""Compiling before anyone asks: what presets need first, then, if wanted, all that there is.

Machine code stays on disk (`engine/cache.py`), so this is slow once for each version of the engine
and each kind of CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache as once
from multiprocessing import get_context

import numpy as np

from playground.data import Split
from playground.engine import Generator, Network, Training, cache
from playground.engine.interpreter import interpreter
from playground.engine.kernel import KERNELS, Kernel
from playground.engine.parallel import parallel_interpreter
from playground.experiment import Experiment
from playground.training import build

FIRST = ("circle", "lenet5")  # what most visitors start with
NUMBER = np.dtype("float32")


def warm(
    everything: bool = False,
    tell: Callable[[int, int, str], object] = lambda done, count, name: None,
    jobs: int = 1,
) -> int:
    """Compile, or load, the kernels of all presets, or of everything; returns how many.

    Stands back whenever somebody waits for kernels of their own. `tell` hears how many are done, of
    how many, and which is next. jobs: processes that compile side by side; with more than one they
    only leave the machine code on disk.
    """
    steps = dict(_steps(everything))
    if jobs > 1:
        with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
            compiled = pool.map(_compile, [everything] * len(steps), steps)
            for done, (name, _) in enumerate(zip(steps, compiled, strict=True)):
                tell(done, len(steps), name)
    else:
        for done, (name, compile_) in enumerate(steps.items()):
            tell(done, len(steps), name)
            cache.stand_back()
            compile_()
    tell(len(steps), len(steps), "")
    return len(steps)


def _compile(everything: bool, name: str) -> None:
    """One step, in a process that does many of them."""
    _steps_once(everything)[name]()


@once
def _steps_once(everything: bool) -> dict[str, Callable[[], object]]:
    return dict(_steps(everything))


def _steps(everything: bool) -> Iterator[tuple[str, Callable[[], object]]]:
    """What to compile, by name, in the order in which it will be wanted."""
    presets = [Experiment.preset(name) for name in Experiment.presets()]
    first = [preset for preset in presets if preset in map(Experiment.preset, FIRST)]
    yield "interpreter", lambda: interpreter(NUMBER)
    for preset in first:
        yield from map(_step, kernels(preset))
    yield "parallel interpreter", lambda: parallel_interpreter(NUMBER)
    for preset in presets:
        yield from map(_step, kernels(preset))
    yield from map(_step, KERNELS if everything else ())


def _step(kernel: Kernel) -> tuple[str, Callable[[], object]]:
    return f"{kernel.body.__module__}.{kernel.__name__}", lambda: kernel.address(NUMBER)


def kernels(experiment: Experiment) -> list[Kernel]:
    """What training, and asking, an Experiment's network runs, found on data of zeros."""
    if not experiment.network:
        return []
    if experiment.adversarial is not None:
        return _kernels_of_game(experiment)
    dataset, reads = experiment.data.make(), experiment.reads
    network = Network(
        experiment.pieces(),
        reads,
        experiment.loss.make(),
        experiment.initializer.make(),
    )
    pending = network.kernels()
    if dataset.trainable:
        images = len(dataset.shape) == 3 or reads != dataset.shape
        x = np.zeros((experiment.batch_size, *reads), np.uint8 if images else np.float32)
        y = np.zeros((len(x), *dataset.answers), np.int64 if dataset.classes else np.float32)
        training = Training(
            network,
            x,
            y,
            experiment.optimizer.make(),
            experiment.regularization.make(),
            len(x),
            schedule=experiment.schedule.make(),
            accumulate=experiment.accumulate,
            augmentation=experiment.augmentation.make(),
            carries=dataset.stateful,
        )
        pending = training.program.kernels() + pending
    return pending


def _kernels_of_game(experiment: Experiment) -> list[Kernel]:
    """The same of a generator and its discriminator."""
    dataset = experiment.data.make()
    images = len(dataset.shape) == 3
    x = np.zeros((experiment.batch_size, *dataset.shape), np.uint8 if images else np.float32)
    y = np.zeros(len(x), np.int64)
    data = dataset.data(Split(x, y), Split(x[:0], y[:0]), Split(x[:0], y[:0]))
    made = build.network(experiment, data)
    training = build.training(experiment, data, made)
    pending = training.program.kernels() if training else []
    both = (made, made.opponent) if isinstance(made, Generator) else (made,)
    return [*pending, *(kernel for one in both for kernel in one.kernels())]

"""Compiling in advance compiles what will be asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from playground.engine import cache
from playground.engine.kernel import KERNELS
from playground.experiment import Experiment
from playground.training import warm_up
from playground.training.run import Run

PRESETS = [name for name in Experiment.presets() if Experiment.preset(name).trees is None]


@pytest.mark.parametrize("name", PRESETS)
def test_what_a_run_needs_is_among_it(name):
    run, found = Run(Experiment.preset(name)), set(warm_up.kernels(Experiment.preset(name)))
    assert set(run._trainer.training.program.kernels()) <= found
    network = run.network
    for count in (1, 5, 100):
        network.predict(np.zeros((count, *network.plan.input_shape), np.float32))
        for program in network._inference._programs.values():
            assert set(program.kernels()) <= found


def test_the_first_presets_come_first():
    names = [name for name, _ in warm_up._steps(everything=False)]
    presets = map(Experiment.preset, warm_up.FIRST)
    first = [kernel for preset in presets for kernel in warm_up.kernels(preset)]
    wanted = {"interpreter", "parallel interpreter", *(warm_up._step(one)[0] for one in first)}
    assert names[0] == "interpreter" and set(names[: len(first) + 2]) == wanted


def test_everything_is_every_kernel_once():
    steps = dict(warm_up._steps(everything=True))
    kernels = {f"{kernel.body.__module__}.{kernel.__name__}" for kernel in KERNELS}
    assert set(steps) == kernels | {"interpreter", "parallel interpreter"}
    assert len(kernels) == len(KERNELS), "two kernels share a name"


def test_warm_compiles_and_tells(monkeypatch):
    done: list[str] = []
    steps = [(name, lambda name=name: done.append(name)) for name in "abc"]
    monkeypatch.setattr(warm_up, "_steps", lambda everything: iter(steps))
    told: list[tuple] = []
    with_lock = cache.stand_back
    monkeypatch.setattr(cache, "stand_back", lambda: (done.append("?"), with_lock()))
    assert warm_up.warm(tell=lambda *words: told.append(words)) == 3
    assert done == ["?", "a", "?", "b", "?", "c"]
    assert told == [(0, 3, "a"), (1, 3, "b"), (2, 3, "c"), (3, 3, "")]


def test_side_by_side_everything_is_compiled_once(monkeypatch):
    done: list[str] = []
    steps = [(name, lambda name=name: done.append(name)) for name in "abcdef"]
    monkeypatch.setattr(warm_up, "_steps", lambda everything: iter(steps))
    warm_up._steps_once.cache_clear()
    monkeypatch.setattr(warm_up, "ProcessPoolExecutor", lambda jobs, _: ThreadPoolExecutor(jobs))
    told: list[tuple] = []
    try:
        assert warm_up.warm(tell=lambda *words: told.append(words), jobs=3) == 6
    finally:
        warm_up._steps_once.cache_clear()
    assert sorted(done) == list("abcdef")
    assert [words[:2] for words in told] == [(count, 6) for count in range(7)]

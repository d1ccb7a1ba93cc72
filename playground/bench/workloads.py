"""The workloads: what we do, what each peer does, and how many operations it takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from playground.bench import kernels, peers, race
from playground.bench.contest import Side, Workload
from playground.bench.networks import (
    ADAM,
    IMAGE,
    LENET5,
    MLP,
    ROWS,
    SGD,
    SIGMOID,
    SOFTMAX,
    TOY,
    images,
    our_steps,
    plane,
    step_flops,
)
from playground.experiment.presets.deep import DEEP


def all_workloads() -> list[Workload]:
    """Every workload, in the order of the table."""
    return [
        *_digit_steps(),
        *_deep_steps(),
        _toy_step(),
        peers.one_digit(),
        *kernels.workloads(),
        race.to_accuracy(),
    ]


def _digit_steps() -> list[Workload]:
    data, entries = images(), []
    for title, layers, goals in (
        ("LeNet-5 step, batch 64", LENET5, (5.0, 5.0)),
        ("MLP 784-128-10 step, batch 64", MLP, (3.0, 2.5)),
    ):
        for threads, goal in ((1, goals[0]), (2, goals[1])):
            task = (layers, IMAGE, SOFTMAX, data, 64, ADAM, threads)
            rivals: dict[str, Callable[[], Side]] = {"torch": partial(peers.torch_steps, *task)}
            if layers is MLP and threads == 1:
                rivals["sklearn"] = partial(peers.sklearn_steps, MLP, data, 64, ADAM)
            flops = step_flops(layers, IMAGE, SOFTMAX, 64)
            ours = partial(our_steps, *task)
            entries.append(Workload(title, ours, rivals, flops, threads, targets={"torch": goal}))
    return entries


def _deep_steps() -> list[Workload]:
    x, y = images(640)
    rows, entries = (x[:, 0], y), []
    residual = next(preset for preset in DEEP if preset.name == "resnet").experiment["layers"]
    dense = {"type": "dense", "units": 10}
    for title, layers, shape, data in (
        ("LSTM 64 on 28 rows, step, batch 64", [{"type": "lstm", "units": 64}, dense], ROWS, rows),
        ("GRU 64 on 28 rows, step, batch 64", [{"type": "gru", "units": 64}, dense], ROWS, rows),
        ("small ResNet step, batch 64", residual, IMAGE, (x, y)),
    ):
        task = (layers, shape, SOFTMAX, data, 64, ADAM)
        entries.append(
            Workload(
                title,
                partial(our_steps, *task),
                {"torch": partial(peers.torch_steps, *task)},
                step_flops(layers, shape, SOFTMAX, 64),
                targets={"torch": 2},
            )
        )
    return entries


def _toy_step() -> Workload:
    task = (TOY, (2,), SIGMOID, plane(), 10, SGD)
    rivals = {"torch": partial(peers.torch_steps, *task), "jax": partial(peers.jax_steps, *task)}
    return Workload(
        "toy 2-8-8-1 step, batch 10",
        partial(our_steps, *task),
        rivals,
        step_flops(TOY, (2,), SIGMOID, 10),
        targets={"torch": 300, "jax": 5},
    )

"""The workloads themselves: what is timed computes what its name says."""

from __future__ import annotations

from argparse import ArgumentTypeError

import numpy as np
import pytest

from playground.bench import kernels, machine, networks, race, workloads
from playground.bench.contest import Incomparable
from playground.commands import bench
from playground.engine import registry
from tests.engine.compare import close


def test_every_target_is_of_a_peer_that_takes_part():
    found = workloads.all_workloads()
    assert len({(work.name, work.threads) for work in found}) == len(found)
    for work in found:
        assert work.targets and set(work.targets) <= set(work.peers), work.name
    assert {peer for work in found for peer in work.peers} == {*bench.peers(bench.PEERS), "sgemm"}


@pytest.mark.parametrize("sizes", [(3, 5, 32), (10, 40, 96)])
def test_matmul_is_sgemm(sizes):
    close(kernels._matmul(*sizes).check(), kernels._sgemm(*sizes).check(), 2e-6)


@pytest.mark.parametrize("sizes", kernels.CONVOLUTIONS)
def test_convolutions_do_as_many_operations_as_the_sgemm_beside_them(sizes):
    channels, size, filters, kernel = sizes
    layer = registry.make("layer", {"type": "conv2d", "filters": filters, "kernel_size": kernel})
    adds = layer.multiply_adds((channels, size, size))
    names = f"conv {channels}→{filters} "
    found = [work for work in kernels.workloads() if work.name.startswith(names)]
    assert {work.flops for work in found} == {2.0 * 64 * adds} and len(found) >= 2


def test_steps_are_the_same_each_time():
    side = networks.our_steps(
        networks.TOY, (2,), networks.SIGMOID, networks.plane(), 10, networks.SGD
    )
    first = side.check()
    side.run(7)
    assert (side.check() == first).all() and len(set(first.tolist())) == 5


def test_operations_of_a_step():
    # 5·5·784·6 + 150·100·16 + 400·120 + 120·84 + 84·10 multiply-adds forwards
    adds = 117_600 + 240_000 + 48_000 + 10_080 + 840
    task = networks.LENET5, networks.IMAGE, networks.SOFTMAX
    assert networks.step_flops(*task, 64) == 2.0 * 64 * (3 * adds - 117_600)


def test_a_race_that_nobody_finishes_has_no_time():
    def begin(seed: int):
        return lambda: 0.98

    with pytest.raises(Incomparable, match="seed 1"):
        race._trainings(begin).run(1)
    seeds: list[int] = []
    side = race._trainings(lambda seed: lambda: seeds.append(seed) or 0.991)
    side.run(1)
    side.run(2)
    assert seeds == [1, 2, 3]


def test_peak_is_what_registers_can_do():
    assert machine.peak() > 1
    assert np.isfinite(machine.peak())


def test_unknown_peers_are_refused():
    assert bench.peers("torch,jax") == ["torch", "jax"] and bench.peers("") == []
    with pytest.raises(ArgumentTypeError, match="keras"):
        bench.peers("torch,keras")

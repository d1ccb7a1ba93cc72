"""What is timed beside PyTorch computes the same there."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.bench import networks, twins, workloads
from playground.bench.contest import _agree
from playground.bench.networks import IMAGE, SOFTMAX, network

TIMED = [
    work
    for work in workloads.all_workloads()
    if "torch" in work.peers and not work.slow and work.threads == 1
]


@pytest.mark.parametrize("work", TIMED, ids=lambda work: work.name)
def test_both_sides_give_the_same_numbers(work):
    assert _agree(work.ours(), work.peers["torch"](), work, "torch")


def test_other_weights_would_be_noticed():
    net = network(networks.LENET5, IMAGE, SOFTMAX)
    x = np.random.default_rng(0).random((2, *IMAGE), dtype=np.float32)
    net.parameter("0.weight")[0, 0, 0, 0] += 1
    moved = twins.torch_module(net)(torch.tensor(x)).detach().numpy()
    net.parameter("0.weight")[0, 0, 0, 0] -= 1
    assert np.abs(moved - net.predict(x)).max() > 1e-3

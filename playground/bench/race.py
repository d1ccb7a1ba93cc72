"""LeNet-5 from first weights to 99.0 % of MNIST's test images, by the wall clock."""

from __future__ import annotations

import numpy as np

from playground.bench.peers import torch_module
from playground.bench.workloads import LENET5, SOFTMAX, Side, Workload, network
from playground.data import mnist
from playground.engine import Training, registry

GOAL, EPOCHS, BATCH, RATE = 0.99, 15, 64, 0.002


def to_accuracy() -> Workload:
    """One repetition is a whole training; data is in memory before the clock starts."""
    return Workload(
        f"LeNet-5 to {GOAL:.1%} of MNIST's test images", _ours, {"torch": _torch}, threads=2,
        targets={"torch": 5}, slow=True,
    )  # fmt: skip


def _ours() -> Side:
    train, test = mnist.load()
    inputs = test.x.astype(np.float32) / 255

    def run(count: int) -> None:
        for seed in range(count):
            net = network(LENET5, (1, 28, 28), SOFTMAX)
            net.reseed(seed + 1)
            optimizer = registry.make("optimizer", {"type": "adam", "learning_rate": RATE})
            training = Training(
                net, train.x, train.y, optimizer, batch_size=BATCH, seed=seed, scale=1 / 255
            )
            training.parallel = True
            for _ in range(EPOCHS):
                training.train(training.steps_per_epoch)
                if (net.predict(inputs).argmax(1) == test.y).mean() >= GOAL:
                    break

    return Side(run)


def _torch() -> Side:
    import torch
    import torch.nn.functional as functional

    x, x_test = (torch.tensor(part.x.astype(np.float32) / 255) for part in mnist.load())
    y, y_test = (torch.tensor(part.y) for part in mnist.load())

    def run(count: int) -> None:
        torch.set_num_threads(2)
        for seed in range(count):
            net = network(LENET5, (1, 28, 28), SOFTMAX)
            net.reseed(seed + 1)
            module, random = torch_module(net), torch.Generator().manual_seed(seed)
            update = torch.optim.Adam(module.parameters(), lr=RATE)
            for _ in range(EPOCHS):
                for part in torch.randperm(len(x), generator=random).split(BATCH):
                    update.zero_grad(set_to_none=True)
                    functional.cross_entropy(module(x[part]), y[part]).backward()
                    update.step()
                with torch.inference_mode():
                    if (module(x_test).argmax(1) == y_test).float().mean() >= GOAL:
                        break

    return Side(run)

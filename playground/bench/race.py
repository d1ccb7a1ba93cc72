"""LeNet-5 from first weights to 99.0 % of MNIST's test images, by the wall clock."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from playground.bench.contest import Incomparable, Side, Workload
from playground.bench.networks import IMAGE, LENET5, SOFTMAX, network
from playground.bench.twins import torch_module
from playground.data import mnist
from playground.engine import Training, registry

# The preset's recipe: Adam, its rate falling along a cosine over all epochs, batch by batch.
GOAL, EPOCHS, BATCH, RATE = 0.99, 6, 64, 0.003


def to_accuracy() -> Workload:
    """One repetition is a whole training; data is in memory before the clock starts."""
    return Workload(
        f"LeNet-5 to {GOAL:.1%} of MNIST's test images",
        _ours,
        {"torch": _torch},
        threads=2,
        targets={"torch": 5},
        slow=True,
    )


def _trainings(begin: Callable[[int], Callable[[], float]]) -> Side:
    """Every repetition takes the next seed; `begin(seed)` gives what trains an epoch and tests."""
    seeds = itertools.count(1)

    def run(count: int) -> None:
        for seed in itertools.islice(seeds, count):
            epoch = begin(seed)
            if not any(epoch() >= GOAL for _ in range(EPOCHS)):
                raise Incomparable(f"seed {seed} did not reach {GOAL:.1%} in {EPOCHS} epochs")

    return Side(run)


def _ours() -> Side:
    train, test = mnist.load()
    inputs = test.x.astype(np.float32) / 255

    def begin(seed: int) -> Callable[[], float]:
        net = network(LENET5, IMAGE, SOFTMAX, seed)
        adam = registry.make("optimizer", {"type": "adam", "learning_rate": RATE})
        cosine = registry.make("schedule", {"type": "cosine", "epochs": EPOCHS})
        training = Training(
            net,
            train.x,
            train.y,
            adam,
            batch_size=BATCH,
            seed=seed,
            scale=1 / 255,
            schedule=cosine,
        )
        training.parallel = True

        def epoch() -> float:
            training.train(training.steps_per_epoch)
            return float((net.predict(inputs).argmax(1) == test.y).mean())

        return epoch

    return _trainings(begin)


def _torch() -> Side:
    import torch
    import torch.nn.functional as functional

    train, test = mnist.load()
    x, x_test = (torch.tensor(part.x.astype(np.float32) / 255) for part in (train, test))
    y, y_test = (torch.tensor(part.y) for part in (train, test))
    torch.set_num_threads(2)

    def begin(seed: int) -> Callable[[], float]:
        module = torch_module(network(LENET5, IMAGE, SOFTMAX, seed))
        update = torch.optim.Adam(module.parameters(), lr=RATE)
        steps = EPOCHS * -(-len(x) // BATCH)
        cosine = torch.optim.lr_scheduler.CosineAnnealingLR(update, steps)
        random = torch.Generator().manual_seed(seed)

        def epoch() -> float:
            for part in torch.randperm(len(x), generator=random).split(BATCH):
                update.zero_grad(set_to_none=True)
                functional.cross_entropy(module(x[part]), y[part]).backward()
                update.step()
                cosine.step()
            with torch.inference_mode():
                return float((module(x_test).argmax(1) == y_test).float().mean())

        return epoch

    return _trainings(begin)

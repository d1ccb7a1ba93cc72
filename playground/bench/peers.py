"""The same work done by PyTorch, scikit-learn and JAX, where they are installed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from playground.bench.contest import Side, Workload
from playground.bench.networks import (
    IMAGE,
    LENET5,
    SOFTMAX,
    Description,
    Layers,
    Samples,
    Shape,
    network,
)
from playground.bench.twins import torch_module


def torch_steps(
    layers: Layers,
    shape: Shape,
    loss: Description,
    data: Samples,
    batch: int,
    optimizer: Description,
    threads: int = 1,
    check_steps: int = 5,
) -> Side:
    """Eager training steps, in whichever memory format is faster."""
    import torch
    import torch.nn.functional as functional

    torch.set_num_threads(threads)
    x = torch.tensor(data[0].astype(np.float32) / (255 if data[0].dtype == np.uint8 else 1))
    binary = loss["type"] == "binary_cross_entropy"
    y = torch.tensor(data[1][:, None].astype(np.float32) if binary else data[1])
    lose = functional.binary_cross_entropy_with_logits if binary else functional.cross_entropy

    def begin(channels_last: bool) -> Callable[[int], list[torch.Tensor]]:
        module = torch_module(network(layers, shape, loss))
        inputs = x
        if channels_last:
            module = module.to(memory_format=torch.channels_last)
            inputs = x.contiguous(memory_format=torch.channels_last)
        make = torch.optim.Adam if optimizer["type"] == "adam" else torch.optim.SGD
        update, place = make(module.parameters(), lr=optimizer["learning_rate"]), [0]

        def run(count: int) -> list[torch.Tensor]:
            torch.set_num_threads(threads)
            losses = []
            for _ in range(count):
                first = place[0]
                end = min(first + batch, len(inputs))
                update.zero_grad(set_to_none=True)
                value = lose(module(inputs[first:end]), y[first:end])
                value.backward()
                update.step()
                losses.append(value.detach())
                place[0] = 0 if end == len(inputs) else end
            return losses

        return run

    def check() -> np.ndarray:
        return np.array([float(value) for value in begin(False)(check_steps)])

    runs = [begin(False)] + ([begin(True)] if len(shape) == 3 else [])
    return Side(_faster(runs), check)


def _faster(runs: list[Callable[[int], Any]]) -> Callable[[int], Any]:
    """The quicker of some callables, by a short try of each."""
    times = []
    for run in runs:
        run(5)
        start = time.perf_counter()
        run(20)
        times.append(time.perf_counter() - start)
    return runs[int(np.argmin(times))]


def sklearn_steps(
    layers: Layers, data: Samples, batch: int, optimizer: Description, check_steps: int = 5
) -> Side:
    """scikit-learn's MLPClassifier with our weights; a call trains on an epoch of mini-batches."""
    from sklearn.neural_network import MLPClassifier

    x, y = data[0].reshape(len(data[0]), -1).astype(np.float32) / 255, data[1]

    def begin() -> MLPClassifier:
        hidden = [layer["units"] for layer in layers if layer["type"] == "dense"][:-1]
        model = MLPClassifier(
            hidden,
            batch_size=batch,
            learning_rate_init=optimizer["learning_rate"],
            alpha=0,
            shuffle=False,
        )
        model.partial_fit(x[:batch], y[:batch], classes=np.unique(y))  # makes its arrays
        state = list(network(layers, IMAGE, SOFTMAX).state_dict().values())
        model.coefs_ = [np.ascontiguousarray(weight.T) for weight in state[::2]]
        model.intercepts_ = state[1::2]
        del model._optimizer  # made anew, for these weights
        return model

    def check() -> np.ndarray:
        model, losses = begin(), []
        for step in range(check_steps):
            part = slice(step * batch, (step + 1) * batch)
            model.partial_fit(x[part], y[part])
            losses.append(model.loss_)
        return np.array(losses)

    model, steps = begin(), len(x) // batch

    def run(count: int) -> None:
        for _ in range(count // steps):
            model.partial_fit(x, y)

    return Side(run, check, lot=steps)


def jax_steps(
    layers: Layers,
    shape: Shape,
    loss: Description,
    data: Samples,
    batch: int,
    optimizer: Description,
) -> Side:
    """A whole epoch as one jit-compiled scan: the fastest that JAX has for small networks."""
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
    import jax
    import jax.numpy as jnp

    net = network(layers, shape, loss)
    state, rate = net.state_dict(), optimizer["learning_rate"]
    weights = [
        (jnp.array(state[f"{i}.weight"]), jnp.array(state[f"{i}.bias"])) for i in range(len(layers))
    ]
    batches = len(data[0]) // batch
    x = jnp.array(data[0][: batches * batch]).reshape(batches, batch, -1)
    y = jnp.array(data[1][: batches * batch], jnp.float32).reshape(batches, batch, 1)

    def lose(parameters: list[tuple], x: jax.Array, y: jax.Array) -> jax.Array:
        for number, (weight, bias) in enumerate(parameters):
            x = x @ weight.T + bias
            x = jnp.tanh(x) if number + 1 < len(parameters) else x
        return jnp.mean(jnp.logaddexp(0, x) - x * y)

    def step(parameters: list[tuple], sample: tuple) -> tuple[list[tuple], jax.Array]:
        value, slope = jax.value_and_grad(lose)(parameters, *sample)
        return jax.tree.map(lambda p, g: p - rate * g, parameters, slope), value

    epoch = jax.jit(lambda parameters: jax.lax.scan(step, parameters, (x, y)))
    now = [weights]

    def run(count: int) -> None:
        for _ in range(count // batches):
            now[0], losses = epoch(now[0])
        losses.block_until_ready()

    return Side(run, lambda: np.asarray(epoch(weights)[1])[:5], lot=batches)


def one_digit() -> Workload:
    """One drawn digit through LeNet-5."""
    x = np.random.default_rng(1).random((1, *IMAGE), dtype=np.float32)

    def ours() -> Side:
        frozen = network(LENET5, IMAGE, SOFTMAX).snapshot()

        def run(count: int) -> None:
            for _ in range(count):
                frozen.predict(x)

        return Side(run, lambda: frozen.predict(x)[0])

    def torch_side() -> Side:
        import torch

        torch.set_num_threads(1)
        module, inputs = torch_module(network(LENET5, IMAGE, SOFTMAX)).eval(), torch.tensor(x)

        def run(count: int) -> None:
            with torch.inference_mode():
                for _ in range(count):
                    module(inputs)

        def check() -> np.ndarray:
            with torch.inference_mode():
                return module(inputs)[0].numpy()

        return Side(run, check)

    return Workload("LeNet-5, one digit read", ours, {"torch": torch_side}, targets={"torch": 5})

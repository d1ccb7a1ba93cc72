"""A case: a small network with weights of its own, and a batch for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.engine import Network, registry

Description = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A network and a batch for it."""

    name: str
    layers: tuple[Description, ...]
    shape: tuple[int, ...]
    loss: str = "mse"
    samples: int = 5
    loss_options: Mapping[str, Any] = field(default_factory=dict)
    symbols: int = 0  # x holds whole numbers below this; 0: numbers around 0

    def __str__(self) -> str:
        return self.name

    @property
    def differs_in_training(self) -> bool:
        """Whether a layer does something else in training than in prediction."""
        normalised = ("batch_norm", "residual", "sampling")
        return self.by_chance or any(
            layer["type"] in normalised and layer.get("batch_norm", True) for layer in self.layers
        )

    @property
    def by_chance(self) -> bool:
        """Whether training draws numbers, as dropout does, that nobody else draws the same."""
        return any("dropout" in layer["type"] for layer in self.layers)

    def network(self, dtype: str = "float32") -> Network:
        """The network, with weights of its own that leave no unit dead and none saturated."""
        layers = [registry.make("layer", layer) for layer in self.layers]
        loss = registry.make("loss", {"type": self.loss, **self.loss_options})
        network = Network(layers, self.shape, loss, dtype=dtype)
        network.load_state_dict(self.state(network))
        return network

    def state(self, network: Network) -> dict[str, np.ndarray]:
        """Weights around 0, biases that are not zero, variances above it; exact in float32."""
        random = np.random.default_rng(7)
        state = {}
        for name, start in network.state_dict().items():
            fan_in = max(start[0].size, 1) if start.ndim > 1 else 4
            limit = 1.5 / np.sqrt(fan_in)
            low, high = (0.5, 1.5) if name.endswith("running_var") else (-limit, limit)
            state[name] = random.uniform(low, high, start.shape).astype(np.float32)
            if name.endswith("num_batches_tracked"):
                state[name] = start
        return state

    def batch(self) -> tuple[np.ndarray, np.ndarray]:
        """x [samples, *shape] float32, and y: targets, or class numbers if the loss wants them."""
        random = np.random.default_rng(8)
        x = random.uniform(-1.5, 1.5, (self.samples, *self.shape)).astype(np.float32)
        if self.symbols:
            x = random.integers(0, self.symbols, x.shape).astype(np.float32)
        outputs = self.network().plan.output_shape[0]
        if self.loss == "reconstruction":
            return x, x.reshape(len(x), -1)
        if self.loss in ("softmax_cross_entropy", "hinge", "soft_f1"):
            return x, random.integers(0, max(outputs, 2), self.samples)
        if self.loss == "binary_cross_entropy":
            return x, random.integers(0, 2, (self.samples, outputs)).astype(np.float32)
        if self.loss == "kl_divergence":
            return x, _shares(random, self.samples, outputs)
        return x, random.uniform(-1, 1, (self.samples, outputs)).astype(np.float32)


def _shares(random: np.random.Generator, samples: int, classes: int) -> np.ndarray:
    """Rows of shares of 1, in eighths so that they are exact, some of them 0."""
    counts = random.multinomial(8, np.full(classes, 1 / classes), samples)
    return (counts / 8).astype(np.float32)


def dense(units: int, activation: str = "identity") -> Description:
    return {"type": "dense", "units": units, "activation": activation}


def layer(type: str, **options: Any) -> Description:
    return {"type": type, **options}


FLATTEN = layer("flatten")


def image(name: str, shape: tuple[int, int, int], *layers: Description, samples: int = 3) -> Case:
    """Layers on an image, with a dense layer before and after so that gradients pass through."""
    first = layer("conv2d", filters=shape[0], kernel_size=1)
    return Case(name, (first, *layers, FLATTEN, dense(2)), shape, samples=samples)

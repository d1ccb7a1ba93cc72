"""PyTorch's version of a network, with the same weights."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playground.engine import Network, Row

if TYPE_CHECKING:
    import torch
    from torch import nn

ACTIVATIONS = {"relu": "ReLU", "tanh": "Tanh", "sigmoid": "Sigmoid"}


def torch_module(net: Network) -> nn.Module:
    """The same network as a torch.nn.Sequential with the same weights."""
    import torch
    from torch import nn

    modules: list[nn.Module] = []
    places: dict[int, int] = {}
    for row in net.plan.rows:
        places[row.position] = len(modules)
        modules.append(_twin(row))
        activation = getattr(row.layer, "activation", "identity")
        if row.layer.type == "activation":
            activation = row.layer.name
        if row.layer.type != "residual" and activation != "identity":
            modules.append(getattr(nn, ACTIVATIONS[activation])())
    module = nn.Sequential(*modules)
    state = {}
    for name, value in net.state_dict().items():
        position, parameter = name.split(".", 1)
        state[f"{places[int(position)]}.{parameter}"] = torch.tensor(value)
    module.load_state_dict(state)
    return module


def _twin(row: Row) -> nn.Module:
    """The module of one layer, without its activation."""
    from torch import nn

    layer: Any = row.layer  # of the class that its entry is for
    shape = row.input_shape
    make: dict[str, Callable[[], nn.Module]] = {
        "dense": lambda: nn.Linear(shape[0], layer.units),
        "conv2d": lambda: nn.Conv2d(
            shape[0], layer.filters, layer.kernel_size, layer.stride, layer.padding
        ),
        "max_pool2d": lambda: nn.MaxPool2d(layer.pool_size, layer.stride),
        "flatten": nn.Flatten,
        "activation": nn.Identity,
        "batch_norm": lambda: nn.BatchNorm2d(shape[0]),
        "global_avg_pool2d": lambda: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        "lstm": lambda: _classes()["lstm"](shape[1], layer.units, batch_first=True),
        "gru": lambda: _classes()["gru"](shape[1], layer.units, batch_first=True),
        "residual": lambda: _classes()["residual"](shape[0], layer.filters, layer.stride),
    }
    if layer.type not in make:
        raise ValueError(f"no PyTorch twin of {layer.type}")
    return make[layer.type]()


@functools.cache
def _classes() -> dict[str, type[nn.Module]]:
    """Modules that PyTorch does not have as such."""
    import torch
    from torch import nn

    class LastOfLSTM(nn.LSTM):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x)[0][:, -1]

    class LastOfGRU(nn.GRU):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x)[0][:, -1]

    class Residual(nn.Module):
        def __init__(self, channels: int, filters: int, stride: int) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(filters)
            self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(filters)
            self.shortcut = nn.Identity()
            if stride > 1 or channels != filters:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters)
                )

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = torch.relu(self.bn1(self.conv1(x)))
            return torch.relu(self.bn2(self.conv2(y)) + self.shortcut(x))

    return {"lstm": LastOfLSTM, "gru": LastOfGRU, "residual": Residual}

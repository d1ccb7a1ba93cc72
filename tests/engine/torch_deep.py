"""The layers of deep networks in PyTorch, under PyTorch's own names; see torch_network."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn

ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "identity": lambda x: x,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softmax": lambda x: torch.softmax(x, dim=1),
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),  # F.softplus rounds beyond 20
    "hard_tanh": F.hardtanh,
    "softsign": F.softsign,
    "sine": torch.sin,
    "gaussian": lambda x: torch.exp(-x * x),
}


class Lambda(nn.Module):
    """A function as a module."""

    def __init__(self, function: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(x)


class Join(nn.Module):
    """Marks a place in a stack where two outputs are joined."""

    def __init__(self, from_layer: int, join: Callable[..., torch.Tensor]) -> None:
        super().__init__()
        self.from_layer, self.join = from_layer, join


class Stack(nn.Sequential):
    """Layers one after the other, some of which read an earlier output besides."""

    def one(self, module: nn.Module, outputs: list[torch.Tensor]) -> torch.Tensor:
        """What a module makes of the outputs so far."""
        if isinstance(module, Join):
            return module.join(outputs[-1], outputs[module.from_layer])
        return module(outputs[-1])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        outputs = [x]
        for module in self:
            outputs.append(self.one(module, outputs))
        return outputs[-1]


class Transposed(nn.ConvTranspose2d):
    def __init__(self, activation: str, *sizes: int, **options: int) -> None:
        super().__init__(*sizes, **options)
        self.activation = ACTIVATIONS[activation]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activation(super().forward(x))


class Embedding(nn.Embedding):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.long())


class ColumnEmbedding(nn.Module):
    def __init__(self, shape, output_dim=2, columns=None) -> None:
        super().__init__()
        self.columns = tuple(columns or shape)
        words = [size for size in self.columns if size > 1]
        self.tables = nn.ModuleList(nn.Embedding(size, output_dim) for size in words)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        parts, tables = x.split(self.columns, 1), iter(self.tables)
        parts = [
            next(tables)(torch.arange(p.shape[1])).T @ p.T if p.shape[1] > 1 else p.T for p in parts
        ]
        return torch.cat(parts).T


class Residual(nn.Module):
    def __init__(
        self, shape, filters, kernel_size=3, stride=1, batch_norm=True, activation="relu"
    ) -> None:
        super().__init__()
        norm = (lambda: nn.BatchNorm2d(filters)) if batch_norm else nn.Identity
        sizes = {"padding": kernel_size // 2, "bias": not batch_norm}
        self.conv1 = nn.Conv2d(shape[0], filters, kernel_size, stride, **sizes)
        self.conv2 = nn.Conv2d(filters, filters, kernel_size, **sizes)
        self.bn1, self.bn2, self.activation = norm(), norm(), ACTIVATIONS[activation]
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or shape[0] != filters:
            projection = nn.Conv2d(shape[0], filters, 1, stride, bias=not batch_norm)
            self.shortcut = nn.Sequential(projection, norm())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.activation(self.bn1(self.conv1(x)))
        return self.activation(self.bn2(self.conv2(y)) + self.shortcut(x))


class Inception(nn.Module):
    def __init__(
        self,
        shape,
        filters_1x1,
        filters_3x3_reduce,
        filters_3x3,
        filters_5x5_reduce,
        filters_5x5,
        filters_pool,
        activation="relu",
    ) -> None:
        super().__init__()

        def branch(*modules: nn.Module) -> nn.Sequential:
            return nn.Sequential(*modules, Lambda(ACTIVATIONS[activation]))

        def reduced(filters: int) -> tuple[nn.Module, nn.Module]:
            return nn.Conv2d(shape[0], filters, 1), Lambda(ACTIVATIONS[activation])

        self.branch1 = branch(nn.Conv2d(shape[0], filters_1x1, 1))
        self.branch2 = branch(
            *reduced(filters_3x3_reduce), nn.Conv2d(filters_3x3_reduce, filters_3x3, 3, padding=1)
        )
        self.branch3 = branch(
            *reduced(filters_5x5_reduce), nn.Conv2d(filters_5x5_reduce, filters_5x5, 5, padding=2)
        )
        self.branch4 = branch(nn.MaxPool2d(3, 1, 1), nn.Conv2d(shape[0], filters_pool, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        branches = self.branch1, self.branch2, self.branch3, self.branch4
        return torch.cat([branch(x) for branch in branches], dim=1)


def _batch_norm(shape, momentum=0.1, epsilon=1e-5) -> nn.Module:
    kind = nn.BatchNorm1d if len(shape) == 1 else nn.BatchNorm2d
    return kind(shape[0], eps=epsilon, momentum=momentum)


def _layer_norm(shape, epsilon=1e-5) -> nn.Module:
    return nn.LayerNorm(shape if len(shape) == 3 else shape[-1:], eps=epsilon)


def _response_norm(shape, size=5, **options) -> nn.Module:
    return nn.LocalResponseNorm(size, **options)


def _transposed(shape, filters, kernel_size, stride=2, activation="identity", **options):
    return Transposed(activation, shape[0], filters, kernel_size, stride=stride, **options)


LAYERS: dict[str, Callable[..., nn.Module]] = {
    "conv2d_transpose": _transposed,
    "up_sampling2d": lambda shape, size=2: nn.Upsample(scale_factor=size, mode="nearest"),
    "global_avg_pool2d": lambda shape: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    "reshape": lambda old, shape: nn.Flatten() if len(shape) == 1 else nn.Unflatten(1, shape),
    "dropout": lambda shape, rate: nn.Dropout(rate),
    "spatial_dropout2d": lambda shape, rate: nn.Dropout2d(rate),
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "local_response_norm": _response_norm,
    "embedding": lambda shape, input_dim, output_dim: Embedding(input_dim, output_dim),
    "column_embedding": ColumnEmbedding,
    "residual": Residual,
    "inception": Inception,
    "add": lambda shape, from_layer: Join(from_layer, torch.add),
    "concatenate": lambda shape, from_layer: Join(
        from_layer, lambda x, other: torch.cat([x, other], dim=1)
    ),
    "branch": lambda shape, from_layer: Join(from_layer, lambda x, other: other),
}

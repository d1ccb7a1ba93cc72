"""The same networks in PyTorch: the independent truth. Needs torch; no test of the app imports it.

A layer is a PyTorch module of the kind that bears its name, so that PyTorch itself names and lays
out the parameters ("0.weight", …).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from playground.engine import Network
from tests.engine import torch_deep
from tests.engine.cases import Case, Description, Recipe
from tests.engine.torch_deep import ACTIVATIONS, Lambda, Stack


class Dense(nn.Linear):
    def __init__(self, inputs: int, units: int, activation: str) -> None:
        super().__init__(inputs, units)
        self.activation = ACTIVATIONS[activation]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activation(super().forward(x))


class Convolution(nn.Conv2d):
    def __init__(self, activation: str, *sizes: int, **options: int) -> None:
        super().__init__(*sizes, **options)
        self.activation = ACTIVATIONS[activation]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activation(super().forward(x))


def _dense(shape: tuple[int, ...], units: int, activation: str = "identity") -> nn.Module:
    return Dense(shape[0], units, activation)


def _convolution(
    shape: tuple[int, ...], filters: int, kernel_size: int, activation: str = "identity", **options
) -> nn.Module:
    return Convolution(activation, shape[0], filters, kernel_size, **options)


LAYERS: dict[str, Callable[..., nn.Module]] = {
    "dense": _dense,
    "conv2d": _convolution,
    "max_pool2d": lambda shape, pool_size, **options: nn.MaxPool2d(pool_size, **options),
    "avg_pool2d": lambda shape, pool_size, **options: nn.AvgPool2d(pool_size, **options),
    "flatten": lambda shape: nn.Flatten(),
    "activation": lambda shape, name: Lambda(ACTIVATIONS[name]),
    **torch_deep.LAYERS,
}
DOUBLE = torch.float64
LOSSES: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "mse": F.mse_loss,
    "binary_cross_entropy": F.binary_cross_entropy_with_logits,
    "softmax_cross_entropy": F.cross_entropy,
}


def sequential(layers: tuple[Description, ...], shape: tuple[int, ...]) -> nn.Sequential:
    """The stack as PyTorch's own modules, in float64."""
    stack, outputs = Stack().double(), [torch.zeros(2, *shape, dtype=torch.float64)]
    for description in layers:
        options = dict(description)
        module = LAYERS[options.pop("type")](tuple(outputs[-1].shape[1:]), **options).double()
        outputs.append(stack.one(module, outputs))
        stack.append(module)
    return stack


def loaded(case: Case, network: Network, dtype: torch.dtype = DOUBLE) -> nn.Sequential:
    """PyTorch's network with the weights of ours."""
    model = sequential(case.layers, case.shape)
    state = network.state_dict()
    model.load_state_dict({name: torch.from_numpy(value).double() for name, value in state.items()})
    return model.to(dtype)


def tensors(
    x: np.ndarray, y: np.ndarray, dtype: torch.dtype = DOUBLE
) -> tuple[torch.Tensor, torch.Tensor]:
    target = torch.from_numpy(y)
    return torch.from_numpy(x).to(dtype), target if y.dtype.kind == "i" else target.to(dtype)


def one_batch(
    case: Case, network: Network, x: np.ndarray, y: np.ndarray, dtype: torch.dtype = DOUBLE
) -> dict[str, np.ndarray]:
    """Outputs in prediction, loss and all gradients in training, by name."""
    model = loaded(case, network, dtype).eval()
    inputs, target = tensors(x, y, dtype)
    inputs.requires_grad_()
    outputs = model(inputs)
    loss = LOSSES[case.loss](model.train(not case.by_chance)(inputs), target)
    loss.backward()
    gradients = {f"gradient.{n}": p.grad.numpy() for n, p in model.named_parameters()}
    return {
        "outputs": outputs.detach().numpy(),
        "loss": np.array([loss.item()]),
        "gradient_of_input": np.zeros_like(x) if inputs.grad is None else inputs.grad.numpy(),
        **gradients,
    }


def _optimizer(description: Description, model: nn.Module, decay: float) -> torch.optim.Optimizer:
    """L2 acts on weights alone: biases are a group of their own."""
    groups = [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": decay},
        {"params": [p for p in model.parameters() if p.ndim == 1], "weight_decay": 0.0},
    ]
    options: dict[str, Any] = dict(description)
    kind, rate = options.pop("type"), options.pop("learning_rate")
    if kind == "sgd":
        return torch.optim.SGD(groups, lr=rate, **options)
    if kind == "adam":
        betas = options.get("beta_1", 0.9), options.get("beta_2", 0.999)
        return torch.optim.Adam(groups, lr=rate, betas=betas, eps=options.get("epsilon", 1e-8))
    raise KeyError(kind)


def twenty_steps(
    recipe: Recipe, network: Network, x: np.ndarray, y: np.ndarray, dtype: torch.dtype = DOUBLE
) -> dict[str, np.ndarray]:
    """The losses and the parameters after training in the order of the samples."""
    model = loaded(recipe.case, network, dtype).train()
    inputs, target = tensors(x, y, dtype)
    penalty, rate = recipe.regularizer["type"], recipe.regularizer.get("rate", 0.0)
    optimizer = _optimizer(recipe.optimizer, model, rate if penalty == "l2" else 0.0)
    losses: list[float] = []
    while len(losses) < recipe.steps:
        for start in range(0, len(x), recipe.batch_size)[: recipe.steps - len(losses)]:
            batch = slice(start, start + recipe.batch_size)
            optimizer.zero_grad()
            loss = LOSSES[recipe.case.loss](model(inputs[batch]), target[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            if penalty == "l1":
                _shrink(model, recipe.optimizer["learning_rate"] * rate)
    parameters = {f"parameter.{n}": v.numpy() for n, v in model.state_dict().items()}
    return {"losses": np.array(losses), **parameters}


@torch.no_grad()
def _shrink(model: nn.Module, size: float) -> None:
    """The proximal step of L1, as PyTorch says it: softshrink of the weights."""
    for p in model.parameters():
        if p.ndim > 1:
            p.copy_(F.softshrink(p, size))

"""The same networks in PyTorch: the independent truth. Needs torch; no test of the app imports it.

A layer is a PyTorch module of the kind that bears its name, so that PyTorch itself names and lays
out the parameters ("0.weight", …).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import distributions, nn

from playground.engine import Network
from tests.engine import noise, torch_deep, torch_training
from tests.engine.case import Case, Description
from tests.engine.recipes import Recipe
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


class SimpleRNN(nn.RNN):
    """The outputs alone: of every step, or of each direction's last."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return _remembered(self, super().forward(x)[0])


class LSTM(nn.LSTM):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return _remembered(self, super().forward(x)[0])


class GRU(nn.GRU):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return _remembered(self, super().forward(x)[0])


def _remembered(module: nn.RNNBase, y: torch.Tensor) -> torch.Tensor:
    if module.return_sequences:
        return y
    units = module.hidden_size
    return torch.cat([y[:, -1, :units], y[:, 0, units:]], dim=1)


def _recurrent(kind: type[nn.RNNBase]) -> Callable[..., nn.Module]:
    def build(shape, units, return_sequences=False, activation=None, **options) -> nn.Module:
        options.pop("forget_bias", None)  # a starting value: the numbers themselves are copied
        curve = {"nonlinearity": activation} if activation else {}
        module = kind(shape[1], units, batch_first=True, **curve, **options)
        module.return_sequences = return_sequences
        return module

    return build


def _dense(shape: tuple[int, ...], units: int, activation: str = "identity") -> nn.Module:
    return Dense(shape[0], units, activation)


def _convolution(
    shape: tuple[int, ...], filters: int, kernel_size: int, activation: str = "identity", **options
) -> nn.Module:
    return Convolution(activation, shape[0], filters, kernel_size, **options)


class Sampling(nn.Module):
    """Draws with the engine's own noise, and remembers what it costs; the step counts on."""

    def __init__(self, codes: int, beta: float) -> None:
        super().__init__()
        self.codes, self.beta, self.step = codes, beta, 0
        self.seed = self.position = self.batch = self.trained = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean, log_variance = x.chunk(2, 1)
        if not self.training:
            return mean
        self.step += 1
        drawn = noise.of_batch(
            self.seed,
            self.step,
            self.position,
            len(x),
            self.codes,
            self.batch,
            self.trained,
        )
        deviation = torch.exp(log_variance / 2)
        normal = distributions.Normal(mean, deviation)
        prior = distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
        self.cost = self.beta * distributions.kl_divergence(normal, prior).sum() / len(x)
        return mean + deviation * torch.from_numpy(drawn).to(x.dtype).reshape(mean.shape)


def _sampling(shape: tuple[int, ...], beta: float = 1.0) -> nn.Module:
    return Sampling(int(np.prod(shape)) // 2, beta)


def prepare(model: nn.Module, seed: int, batch: int) -> None:
    """Tell the layers that draw what the engine's noise follows from."""
    for position, module in enumerate(model):
        if isinstance(module, Sampling):
            module.seed, module.position, module.batch, module.step = seed, position, batch, 0
            module.trained = sum(p.numel() for p in model.parameters())


LAYERS: dict[str, Callable[..., nn.Module]] = {
    "dense": _dense,
    "conv2d": _convolution,
    "max_pool2d": lambda shape, pool_size, **options: nn.MaxPool2d(pool_size, **options),
    "avg_pool2d": lambda shape, pool_size, **options: nn.AvgPool2d(pool_size, **options),
    "flatten": lambda shape: nn.Flatten(),
    "activation": lambda shape, name: Lambda(ACTIVATIONS[name]),
    "sampling": _sampling,
    "simple_rnn": _recurrent(SimpleRNN),
    "lstm": _recurrent(LSTM),
    "gru": _recurrent(GRU),
    **torch_deep.LAYERS,
}
DOUBLE = torch.float64


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


def loss_of(
    case: Case, model: nn.Module, inputs: torch.Tensor, target: torch.Tensor
) -> torch.Tensor:
    """The loss in training, with what drawn codes add to it."""
    loss = torch_training.LOSSES[case.loss](model(inputs), target, **case.loss_options)
    costs = [module.cost for module in model if isinstance(module, Sampling) and module.training]
    return sum(costs, loss)


def one_batch(
    case: Case, network: Network, x: np.ndarray, y: np.ndarray, dtype: torch.dtype = DOUBLE
) -> dict[str, np.ndarray]:
    """Outputs in prediction, loss and all gradients in training, by name."""
    model = loaded(case, network, dtype).eval()
    inputs, target = tensors(x, y, dtype)
    inputs.requires_grad_()
    outputs = model(inputs)
    prepare(model, seed=0, batch=len(x))
    loss = loss_of(case, model.train(not case.by_chance), inputs, target)
    loss.backward()
    gradients = {f"gradient.{n}": p.grad.numpy() for n, p in model.named_parameters()}
    return {
        "outputs": outputs.detach().numpy(),
        "loss": np.array([loss.item()]),
        "gradient_of_input": np.zeros_like(x) if inputs.grad is None else inputs.grad.numpy(),
        **gradients,
    }


def twenty_steps(
    recipe: Recipe, network: Network, x: np.ndarray, y: np.ndarray, dtype: torch.dtype = DOUBLE
) -> dict[str, np.ndarray]:
    """The losses and the parameters after training in the order of the samples."""
    model = loaded(recipe.case, network, dtype).train()
    prepare(model, seed=1, batch=min(recipe.batch_size, len(x)))
    inputs, target = tensors(x, y, dtype)
    optimizer = torch_training.optimizer(recipe.optimizer, model)
    rate = torch_training.Rate(recipe, optimizer)
    together, losses = recipe.options.get("accumulate", 1), []
    while len(losses) < recipe.steps:
        for start in range(0, len(x), recipe.batch_size)[: recipe.steps - len(losses)]:
            batch = slice(start, start + recipe.batch_size)
            loss = loss_of(recipe.case, model, inputs[batch], target[batch])
            (loss / together).backward()
            losses.append(loss.item())
            if len(losses) % together == 0:
                torch_training.guide(recipe, model)
                optimizer.step()
                torch_training.shrink(recipe, model, optimizer.param_groups[0]["lr"])
                optimizer.zero_grad()
            rate.step()
    parameters = {f"parameter.{n}": v.numpy() for n, v in model.state_dict().items()}
    return {"losses": np.array(losses), **parameters}

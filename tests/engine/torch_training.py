"""PyTorch's losses, optimizers and schedules under our names; see torch_network."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import lr_scheduler

from tests.engine.case import Description
from tests.engine.recipes import Recipe


def _hinge(z: torch.Tensor, y: torch.Tensor, margin: float = 1.0) -> torch.Tensor:
    if z.shape[1] > 1:
        return F.multi_margin_loss(z, y, margin=margin)
    return F.relu(margin - (2 * y - 1) * z[:, 0]).mean()


def _soft_f1(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    logits = z if z.shape[1] > 1 else torch.cat([torch.zeros_like(z), z], dim=1)
    p = torch.softmax(logits, dim=1)
    t = F.one_hot(y, p.shape[1]).to(z.dtype)
    return 1 - (2 * (p * t).sum(0) / (p.sum(0) + t.sum(0) + 1e-7)).mean()


def _reconstruction(
    z: torch.Tensor, x: torch.Tensor, distribution: str = "bernoulli", deviation: float = 1.0
) -> torch.Tensor:
    z = z.flatten(1)
    if distribution == "bernoulli":
        return F.binary_cross_entropy_with_logits(z, x, reduction="sum") / len(x)
    variance = torch.full_like(z, deviation**2)
    return F.gaussian_nll_loss(z, x, variance, full=True, reduction="sum") / len(x)


LOSSES: dict[str, Callable[..., torch.Tensor]] = {
    "mse": lambda z, t, half=False: F.mse_loss(z, t) * (0.5 if half else 1.0),
    "mae": F.l1_loss,
    "huber": F.huber_loss,
    "binary_cross_entropy": F.binary_cross_entropy_with_logits,
    "softmax_cross_entropy": F.cross_entropy,
    "kl_divergence": lambda z, t: F.kl_div(torch.log_softmax(z, 1), t, reduction="batchmean"),
    "hinge": _hinge,
    "soft_f1": _soft_f1,
    "reconstruction": _reconstruction,
}
OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adadelta": torch.optim.Adadelta,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def optimizer(description: Description, model: nn.Module) -> torch.optim.Optimizer:
    """PyTorch's optimizer of this name; what is not said is left to PyTorch's own defaults."""
    options: dict[str, Any] = dict(description)
    kind = OPTIMIZERS[options.pop("type")]
    options["lr"] = options.pop("learning_rate")
    if "epsilon" in options:
        options["eps"] = options.pop("epsilon")
    if "beta_1" in options:
        options["betas"] = options.pop("beta_1"), options.pop("beta_2")
    return kind(model.parameters(), **options)


class Rate:
    """A PyTorch scheduler that is stepped after every batch, or after every epoch."""

    def __init__(self, recipe: Recipe, optimizer: torch.optim.Optimizer) -> None:
        options, self.per_epoch = dict(recipe.schedule), recipe.steps_per_epoch
        kind, self.batches, self.scheduler = options.pop("type"), 0, None
        self.every, self.last = 1, math.inf  # step so often, and so many times
        if "epochs" in options:
            self.last = math.floor(options.pop("epochs") * self.per_epoch + 0.5)
        if kind == "step":
            self.every, step = self.per_epoch, options["every"]
            self.scheduler = lr_scheduler.StepLR(optimizer, step, options["gamma"])
        elif kind == "exponential":
            self.every = self.per_epoch
            self.scheduler = lr_scheduler.ExponentialLR(optimizer, options["gamma"])
        elif kind == "cosine":
            lowest = options.get("lowest", 0.0) * recipe.optimizer["learning_rate"]
            self.scheduler = lr_scheduler.CosineAnnealingLR(optimizer, self.last, lowest)
        elif kind == "warm_up":
            self.scheduler = lr_scheduler.LinearLR(optimizer, options["start"], 1.0, self.last)
        elif kind == "one_cycle":
            highest = recipe.optimizer["learning_rate"]
            options["pct_start"] = options.pop("rise", 0.3)
            self.scheduler = lr_scheduler.OneCycleLR(
                optimizer, highest, total_steps=self.last, cycle_momentum=False, **options
            )
            self.last -= 1
        elif kind != "constant":
            raise KeyError(kind)

    def step(self) -> None:
        """A batch is done."""
        self.batches += 1
        if self.scheduler and self.batches % self.every == 0 and self.batches <= self.last:
            self.scheduler.step()


def weights(model: nn.Module) -> list[nn.Parameter]:
    """What a penalty acts on: biases and scales are spared."""
    return [p for p in model.parameters() if p.ndim > 1]


def guide(recipe: Recipe, model: nn.Module) -> None:
    """Clip the gradients, then add the penalties' own."""
    if "clip_value" in recipe.options:
        nn.utils.clip_grad_value_(model.parameters(), recipe.options["clip_value"])
    if "clip_norm" in recipe.options:
        nn.utils.clip_grad_norm_(model.parameters(), recipe.options["clip_norm"])
    penalty = recipe.regularizer
    rate = {"l2": penalty.get("rate"), "elastic_net": penalty.get("l2")}.get(penalty["type"])
    if rate is not None:
        for p in weights(model):
            p.grad += rate * p.detach()


@torch.no_grad()
def shrink(recipe: Recipe, model: nn.Module, learning_rate: float) -> None:
    """What a penalty does after an update, in PyTorch's words: softshrink, renorm."""
    penalty = recipe.regularizer
    rate = {"l1": penalty.get("rate"), "elastic_net": penalty.get("l1")}.get(penalty["type"])
    for p in weights(model):
        if rate is not None:
            p.copy_(F.softshrink(p, learning_rate * rate))
        if penalty["type"] == "max_norm":
            p.copy_(torch.renorm(p, 2, 0, penalty["limit"]))

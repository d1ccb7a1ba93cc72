"""PyTorch's twenty turns with the engine's noise: `python -m tests.engine.torch_games`.

Needs torch 2.13.0. Computed in float64 and stored in reference/games.safetensors, which
test_games.py reads without torch.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from torch import nn

from playground.engine import Network
from tests.engine import torch_network, torch_training
from tests.engine.game_cases import GAMES, TURNS, GameCase
from tests.engine.test_games import REFERENCE, trained_of


def twenty_turns(case: GameCase) -> dict[str, np.ndarray]:
    """Both networks' losses and their parameters after the last turn."""
    ours = case.network()
    generator = _module(ours, case.generator)
    discriminator = _module(ours.opponent, case.discriminator)
    own, other = (
        torch_training.optimizer(dict(case.optimizer), net) for net in (generator, discriminator)
    )
    reals, clip = torch.from_numpy(case.reals()).double(), case.game.get("clip")
    batches = [reals[start : start + case.batch] for start in range(0, len(reals), case.batch)]
    losses: dict[str, list[float]] = {"generator": [], "discriminator": []}
    step = taken = 0

    def fakes(count: int) -> torch.Tensor:
        z = torch.from_numpy(case.drawn(step, count, trained_of(ours)))
        return generator(z).reshape(count, *case.shape)

    for _ in range(TURNS):
        for _ in range(case.steps):
            step, real = step + 1, batches[taken % len(batches)]
            taken += 1
            other.zero_grad()
            first = discriminator(real)
            loss = _discriminator(case, first, discriminator(fakes(len(real)).detach()))
            loss.backward()
            other.step()
            if clip is not None:
                for parameter in discriminator.parameters():
                    parameter.data.clamp_(-clip, clip)
            losses["discriminator"].append(loss.item())
        step += 1
        own.zero_grad()
        loss = _generator(case, discriminator(fakes(case.batch)))
        loss.backward()
        own.step()
        losses["generator"].append(loss.item())
    found = {name: np.array(values) for name, values in losses.items()}
    for word, net in (("parameter", generator), ("opponent", discriminator)):
        found |= {f"{word}.{name}": value.numpy() for name, value in net.state_dict().items()}
    return found


def _module(network: Network, layers: tuple) -> nn.Module:
    module = torch_network.sequential(layers, network.plan.input_shape).double().train()
    state = {name: torch.from_numpy(value.copy()) for name, value in network.state_dict().items()}
    module.load_state_dict(state)
    return module


def _discriminator(case: GameCase, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    if case.game["type"] == "wasserstein":
        return fake.mean() - real.mean()
    if case.game["type"] == "least_squares":
        return ((real - 1) ** 2).mean() / 2 + (fake**2).mean() / 2
    loss = F.binary_cross_entropy_with_logits
    return loss(real, torch.ones_like(real)) + loss(fake, torch.zeros_like(fake))


def _generator(case: GameCase, fake: torch.Tensor) -> torch.Tensor:
    if case.game["type"] == "wasserstein":
        return -fake.mean()
    if case.game["type"] == "least_squares":
        return ((fake - 1) ** 2).mean() / 2
    loss = F.binary_cross_entropy_with_logits
    if case.game["type"] == "minimax":
        return -loss(fake, torch.zeros_like(fake))
    return loss(fake, torch.ones_like(fake))


def main() -> None:
    """Compute and write all of it."""
    if not torch.__version__.startswith("2.13.0"):
        raise SystemExit(f"the references are PyTorch 2.13.0's, and this is {torch.__version__}")
    arrays = {
        f"{case.name}/{name}": np.array(array, order="C")
        for case in GAMES
        for name, array in twenty_turns(case).items()
    }
    save_file(arrays, REFERENCE, metadata={"torch": torch.__version__})
    print(f"{len(arrays)} arrays, {REFERENCE.stat().st_size / 1000:.0f} kB: {REFERENCE.name}")


if __name__ == "__main__":
    main()

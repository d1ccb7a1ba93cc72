"""Training with answers at every step, masks and a carried state, beside PyTorch."""

from __future__ import annotations

import numpy as np
import torch

from playground.engine import Network, Training, registry
from playground.engine.optimizers import SGD
from tests.engine.compare import distance
from tests.engine.parity import Row

CELLS = {"simple_rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
TIME, FEATURES, UNITS, CLASSES, BATCH, WINDOWS, STEPS = 5, 3, 7, 4, 6, 4, 20
RATE = 0.2


def samples() -> tuple[np.ndarray, np.ndarray]:
    """Sequences, and classes of which three in ten are not asked for."""
    random = np.random.default_rng(3)
    x = random.normal(size=(BATCH * WINDOWS, TIME, FEATURES)).astype(np.float32)
    y = random.integers(0, CLASSES, x.shape[:2])
    y[random.uniform(size=y.shape) < 0.3] = -1
    return x, y


def pair(cell: str, dtype: str = "float32") -> tuple[Network, torch.nn.Module, torch.nn.Module]:
    """A network of ours, and the same weights in PyTorch's memory and head, in float64."""
    layers = [
        {"type": cell, "units": UNITS, "return_sequences": True},
        {"type": "dense", "units": CLASSES},
    ]
    loss = registry.make("loss", {"type": "softmax_cross_entropy"})
    made = [registry.make("layer", layer) for layer in layers]
    network = Network(made, (TIME, FEATURES), loss, dtype=dtype)
    memory = CELLS[cell](FEATURES, UNITS, batch_first=True).double()
    head = torch.nn.Linear(UNITS, CLASSES).double()
    state = {k: torch.tensor(v, dtype=torch.float64) for k, v in network.state_dict().items()}
    memory.load_state_dict({k[2:]: v for k, v in state.items() if k.startswith("0.")})
    head.load_state_dict({k[2:]: v for k, v in state.items() if k.startswith("1.")})
    return network, memory, head


def error(cell: str, carries: bool, dtype: str = "float32") -> float:
    """The worst relative error of all losses and of the parameters after the last step."""
    x, y = samples()
    network, memory, head = pair(cell, dtype)
    options = {"batch_size": BATCH, "shuffle": False, "carries": carries}
    losses = Training(network, x, y, SGD(learning_rate=RATE), **options).train(STEPS).losses
    optimizer = torch.optim.SGD([*memory.parameters(), *head.parameters()], lr=RATE)
    truth, carried = [], None
    order = np.arange(len(x)).reshape(BATCH, WINDOWS).T if carries else None
    for step in range(STEPS):
        window = step % WINDOWS
        rows = order[window] if carries else np.arange(window * BATCH, (window + 1) * BATCH)
        h, carried = memory(torch.tensor(x[rows]).double(), carried if carries and window else None)
        carried = tuple(c.detach() for c in carried) if cell == "lstm" else carried.detach()
        loss = torch.nn.functional.cross_entropy(
            head(h).reshape(-1, CLASSES), torch.tensor(y[rows]).ravel(), ignore_index=-1
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        truth.append(loss.item())
    worst = distance(losses, np.array(truth))
    for name, array in network.state_dict().items():
        part = memory if name.startswith("0.") else head
        worst = max(worst, distance(array, part.state_dict()[name[2:]].numpy()))
    return worst


def measured(cell: str) -> Row:
    """Every window from a fresh start, and each from where the last one ended."""
    ways = (False, True)
    single, double = (
        max(error(cell, carries, dtype) for carries in ways) for dtype in ("float32", "float64")
    )
    return Row(cell, len(ways), steps=single, double=double)

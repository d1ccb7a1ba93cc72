"""Answers at every step, masks and a carried state, against PyTorch: twenty steps of training."""

import numpy as np
import pytest

from playground.engine import Network, Training, registry
from playground.engine.optimizers import SGD

torch = pytest.importorskip("torch")

CELLS = {"simple_rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
TIME, FEATURES, UNITS, CLASSES, BATCH, WINDOWS, STEPS = 5, 3, 7, 4, 6, 4, 20


def pair(cell):
    layers = [
        {"type": cell, "units": UNITS, "return_sequences": True},
        {"type": "dense", "units": CLASSES},
    ]
    loss = registry.make("loss", {"type": "softmax_cross_entropy"})
    made = [registry.make("layer", layer) for layer in layers]
    network = Network(made, (TIME, FEATURES), loss)
    memory = CELLS[cell](FEATURES, UNITS, batch_first=True).double()
    head = torch.nn.Linear(UNITS, CLASSES).double()
    state = {k: torch.tensor(v, dtype=torch.float64) for k, v in network.state_dict().items()}
    memory.load_state_dict({k[2:]: v for k, v in state.items() if k.startswith("0.")})
    head.load_state_dict({k[2:]: v for k, v in state.items() if k.startswith("1.")})
    return network, memory, head


@pytest.mark.parametrize("carries", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_twenty_steps(cell, carries):
    random = np.random.default_rng(3)
    x = random.normal(size=(BATCH * WINDOWS, TIME, FEATURES)).astype(np.float32)
    y = random.integers(0, CLASSES, x.shape[:2])
    y[random.uniform(size=y.shape) < 0.3] = -1
    network, memory, head = pair(cell)
    options = {"batch_size": BATCH, "shuffle": False, "carries": carries}
    training = Training(network, x, y, SGD(learning_rate=0.2), **options)
    losses = training.train(STEPS).losses
    parameters = [*memory.parameters(), *head.parameters()]
    optimizer, told, carried = torch.optim.SGD(parameters, lr=0.2), [], None
    order = np.arange(len(x)).reshape(BATCH, WINDOWS).T if carries else None
    for step in range(STEPS):
        window = step % WINDOWS
        rows = order[window] if carries else np.arange(window * BATCH, (window + 1) * BATCH)
        start = carried if carries and window else None
        h, carried = memory(torch.tensor(x[rows]).double(), start)
        carried = tuple(c.detach() for c in carried) if cell == "lstm" else carried.detach()
        loss = torch.nn.functional.cross_entropy(
            head(h).reshape(-1, CLASSES), torch.tensor(y[rows]).ravel(), ignore_index=-1
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        told.append(loss.item())
    np.testing.assert_allclose(losses, told, rtol=2e-6)
    for name, array in network.state_dict().items():
        part = memory if name.startswith("0.") else head
        other = part.state_dict()[name[2:]].numpy()
        assert np.abs(array - other).max() <= 2e-6 * np.abs(other).max()

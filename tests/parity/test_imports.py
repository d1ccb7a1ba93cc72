"""What PyTorch itself writes: ONNX files and state_dicts come in and predict the same.

Needs torch 2.13.0 and onnx; torch's older exporter, which needs no other package.
"""

from __future__ import annotations

import warnings

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

from playground import Experiment, Run
from tests.engine.compare import close

TOLERANCE = 1e-5


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.drop, self.fc2 = nn.Linear(400, 120), nn.Dropout(0.3), nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        return self.fc2(self.drop(F.gelu(self.fc1(x.view(x.size(0), -1)))))


class Shortcut(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8)
        self.conv2, self.bn2 = nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8)
        self.shortcut, self.fc = nn.Conv2d(3, 8, 1, stride=2), nn.Linear(8, 5)
        for norm in (self.bn1, self.bn2):
            norm.running_mean.normal_()
            norm.running_var.uniform_(0.5, 2)

    def forward(self, x):
        y = self.bn2(self.conv2(F.silu(self.bn1(self.conv1(x)))))
        y = F.adaptive_avg_pool2d(F.relu(y + self.shortcut(x)), 1).flatten(1)
        return torch.softmax(self.fc(y), -1)


class Dense(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.up = nn.Conv2d(2, 3, 3, padding=1), nn.Upsample(scale_factor=2)
        self.grow = nn.ConvTranspose2d(5, 4, 3, stride=2, padding=1, output_padding=1)
        self.norm = nn.LayerNorm([9, 8, 6])

    def forward(self, x):
        x = torch.cat([x, F.elu(self.conv(x))], 1)
        x = torch.cat([F.leaky_relu(self.grow(x)), self.up(x)], 1)
        return self.norm(x).mean((2, 3))


class Recurrent(nn.Module):
    def __init__(self, kind, reads, **options):
        super().__init__()
        self.cells, self.reads = kind(3, 4, batch_first=True, **options), reads
        self.fc = nn.LazyLinear(2)

    def forward(self, x):
        y, state = self.cells(x)
        state = state[0] if isinstance(state, tuple) else state
        return self.fc(self.reads(y, state))


READS = {
    "last": (lambda y, state: y[:, -1], {}),
    "all": (lambda y, state: y.flatten(1), {}),
    "state": (lambda y, state: state[-1], {"num_layers": 2}),
    "all, both ways": (lambda y, state: y.flatten(1), {"bidirectional": True, "num_layers": 2}),
    "both states on top": (
        lambda y, state: torch.cat((state[-2], state[-1]), 1),
        {"bidirectional": True, "num_layers": 2},
    ),
    "both states": (lambda y, state: torch.cat((state[-2], state[-1]), 1), {"bidirectional": True}),
}
STEPS, ROW = torch.randn(4, 5, 3), torch.randn(3, 2)
NETWORKS = {
    "LeNet": (LeNet, torch.rand(3, 1, 28, 28)),
    "shortcut": (Shortcut, torch.randn(3, 3, 9, 7)),
    "dense blocks": (Dense, torch.randn(3, 2, 4, 3)),
    "rows": (
        lambda: nn.Sequential(
            nn.Linear(2, 8),
            nn.SELU(),
            nn.LayerNorm(8),
            nn.Softplus(),
            nn.Linear(8, 8),
            nn.BatchNorm1d(8),
            nn.Hardtanh(),
            nn.Dropout(),
            nn.Linear(8, 3),
            nn.Softsign(),
        ),
        ROW,
    ),
    "symbols": (
        lambda: nn.Sequential(nn.Embedding(9, 4), nn.Flatten(), nn.Linear(20, 2)),
        torch.randint(0, 9, (3, 5)),
    ),
    "RNN with ReLU": (lambda: Recurrent(nn.RNN, READS["last"][0], nonlinearity="relu"), STEPS),
    **{
        f"{kind.__name__}, {name}": (
            lambda kind=kind, reads=reads, options=options: Recurrent(kind, reads, **options),
            STEPS,
        )
        for kind in (nn.RNN, nn.LSTM, nn.GRU)
        for name, (reads, options) in READS.items()
    },
}


@pytest.mark.parametrize("name", NETWORKS)
def test_onnx_as_pytorch_writes_it(name, tmp_path):
    make, x = NETWORKS[name]
    torch.manual_seed(1)
    network, path = make().eval(), tmp_path / "model.onnx"
    with torch.no_grad():
        truth = network(x).numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network, (x,), path, dynamo=False, input_names=["x"], dynamic_axes={"x": {0: "N"}}
        )
    run = Run.load(path)
    outputs = run.network.predict(x.numpy())
    if name == "shortcut":  # its softmax belongs to the loss
        assert run.experiment.loss.type == "softmax_cross_entropy"
        outputs = run.network.loss.probabilities(outputs)
    close(outputs, truth, TOLERANCE, name)


def test_a_state_dict_as_pytorch_writes_it(tmp_path):
    network = nn.Sequential(
        nn.Conv2d(2, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(16, 5),
        nn.Tanh(),
        nn.Linear(5, 5),
        nn.Tanh(),
        nn.Linear(5, 3),
    ).eval()
    network[1].running_mean.normal_()
    save_file(network.state_dict(), tmp_path / "net.safetensors")
    experiment = Experiment.model_validate(
        {
            "data": {"type": "tensor", "shape": [2, 4, 4]},
            "loss": {"type": "mse"},
            "layers": [
                {"type": "conv2d", "filters": 4, "kernel_size": 3},
                {"type": "batch_norm"},
                {"type": "activation", "name": "relu"},
                {"type": "flatten"},
                {"type": "dense", "units": 5, "activation": "tanh"},
                {"type": "dense", "units": 5, "activation": "tanh"},
                {"type": "dense", "units": 3},
            ],
        }
    )
    run, x = Run.load(tmp_path / "net.safetensors", experiment), torch.randn(7, 2, 4, 4)
    with torch.no_grad():
        close(run.network.predict(x.numpy()), network(x).numpy(), TOLERANCE)

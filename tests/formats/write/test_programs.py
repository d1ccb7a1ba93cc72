"""Every network that goes out gives the same numbers there: NumPy and ONNX are run here.

PyTorch and Keras are run by tests/parity, which has them; here their programs are compiled and
compared with what they must hold.
"""

from __future__ import annotations

import ast
import io
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
import pytest
from safetensors.numpy import load as unpacked

from playground.formats import write
from tests.engine.compare import close
from tests.engine.parity import settled
from tests.formats.write.networks import NETWORKS, trained

TOLERANCE = 1e-5
# Runs every script of the folders it is given, as a user would, and without this project.
DRIVER = """
import runpy, sys
for folder in sys.argv[1:]:
    sys.argv = [f"{folder}/net.py", f"{folder}/x.npy", f"{folder}/y.npy"]
    runpy.run_path(sys.argv[0], run_name="__main__")
assert not [name for name in sys.modules if name.split(".")[0] in ("playground", "numba", "torch")]
"""
# Keras adds the two biases of a recurrent layer up, or puts them into one array.
BIASES = tuple(
    f"bias_{kind}_l{number}{end}"
    for kind in ("ih", "hh")
    for number in range(3)
    for end in ("", "_reverse")
)
every_network = pytest.mark.parametrize("name", NETWORKS)


@pytest.fixture(scope="module")
def numpy_answers(tmp_path_factory):
    """What the NumPy scripts answer, all of them run in one process of their own."""
    root, folders = tmp_path_factory.mktemp("numpy"), {}
    for number, (name, case) in enumerate(NETWORKS.items()):
        folder = folders[name] = root / str(number)
        folder.mkdir()
        write.write(trained(case), "numpy", folder, "net")
        np.save(folder / "x.npy", case.batch()[0])
    command = [sys.executable, "-W", "error", "-c", DRIVER, *map(str, folders.values())]
    subprocess.run(command, check=True, timeout=100)
    return {name: np.load(folder / "y.npy") for name, folder in folders.items()}


@every_network
def test_numpy(name, numpy_answers):
    case = NETWORKS[name]
    found, truth = numpy_answers[name], trained(case).network.predict(case.batch()[0])
    assert found.dtype == np.float32
    close(found, truth, TOLERANCE, name)


@every_network
def test_onnx(name):
    case = NETWORKS[name]
    content = write.files(trained(case), "onnx", "net")["net.onnx"]
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    session = onnxruntime.InferenceSession(content)
    x, _ = case.batch()
    truth = trained(case).network.predict(x)
    close(session.run(["output"], {"input": x})[0], truth, TOLERANCE, name)
    close(session.run(["output"], {"input": x[:1]})[0], truth[:1], TOLERANCE, f"{name}, one sample")


@every_network
def test_pytorch_program(name):
    case = trained(NETWORKS[name])
    files = write.files(case, "pytorch", "net")
    tree = ast.parse(files["net.py"])
    ours, theirs = case.network.state_dict(), unpacked(files["net.safetensors"])
    layers = [key.split(".")[0] for key in theirs]
    modules = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert set(layers) <= modules
    assert len(ours) == len(theirs)
    tails = {key.split(".", 1)[1]: [] for key in ours}
    for key, array in ours.items():
        tails[key.split(".", 1)[1]].append(array)
    for key, array in theirs.items():
        assert any(np.array_equal(array, one) for one in tails[key.split(".", 1)[1]]), key


@every_network
def test_keras_program(name):
    case = trained(NETWORKS[name])
    files = write.files(case, "keras", "net")
    compile(files["net.py"], "net.py", "exec")
    theirs = np.load(io.BytesIO(files["net.npz"]))
    ours = {
        key: array
        for key, array in case.network.state_dict().items()
        if not key.endswith(("num_batches_tracked", *BIASES))
    }
    sizes = [theirs[key].size for key in theirs if "_cell" not in key or not key.endswith("bias")]
    assert sorted(sizes) == sorted(array.size for array in ours.values())
    for array in ours.values():
        assert any(np.isin(array, theirs[key]).all() for key in theirs)


@pytest.mark.parametrize("kind", ["layer", "activation"])
def test_the_networks_use_every_piece(kind):
    used = {
        layer[key]
        for case in NETWORKS.values()
        for layer in case.layers
        for key in (("type",) if kind == "layer" else ("activation", "name"))
        if key in layer
    }
    assert used >= set(settled(kind))

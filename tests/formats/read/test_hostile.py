"""Files from strangers: each refused in a sentence, within a second, and without much memory.

They are opened in a process of their own that may take 300 MB more than it starts with. The second
is the processor's: what else the machine does is not the file's fault.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto
from safetensors.numpy import save

from playground import Experiment
from playground.training import run_files
from tests.formats.read.graphs import LINE, dense, model, node, numbers

DRIVER = """
import json, resource, sys, time
from pathlib import Path
from playground import Run
from playground.formats.errors import FileError
folder = Path(sys.argv[1])
Run.load(folder / "good.onnx")
taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + 300 * 2**20,) * 2)
told = {}
for path in sorted(folder.iterdir()):
    start = time.process_time()
    try:
        Run.load(path)
        answer = "loaded"
    except FileError as error:
        answer = str(error)
    except BaseException as error:
        answer = f"{type(error).__name__}: {error}"
    told[path.stem] = answer, time.process_time() - start
print(json.dumps(told))
"""
ROW = ["N", 4]


def tensor(dims, raw=b"", **facts):
    """An initializer "w" that says what it likes."""
    proto = TensorProto(name="w", data_type=TensorProto.FLOAT, raw_data=raw, **facts)
    proto.dims.extend(dims)
    return proto


def line(weights) -> bytes:
    """A dense layer with such weights."""
    proto = model([node("Gemm", "x w", "y")], {}, ROW)
    proto.graph.initializer.append(weights)
    return proto.SerializeToString()


def graph(nodes, arrays=None, shape=ROW) -> bytes:
    return model(nodes, arrays or {}, shape).SerializeToString()


def external() -> bytes:
    proto = onnx.ModelProto.FromString(LINE.SerializeToString())
    weights = proto.graph.initializer[0]
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="/etc/passwd")
    return proto.SerializeToString()


def spoilt(value) -> bytes:
    arrays = dense(3, 4)
    arrays["w"][1, 2] = value
    return graph([node("Gemm", "x w b", "y", transB=1)], arrays)


def piece(field: int, body: bytes) -> bytes:
    """A field of a protobuf message."""
    length, size = len(body), b""
    while length >= 128:
        size, length = size + bytes([length & 127 | 128]), length >> 7
    return bytes([field << 3 | 2]) + size + bytes([length]) + body


def nested(depth: int) -> bytes:
    """A node with a graph with a node with a graph …"""
    inner = b""
    for _ in range(depth):
        inner = piece(1, piece(2, b"y") + piece(5, piece(6, inner)))
    return piece(7, inner)


def flood(field: int, count: int) -> bytes:
    """A graph of so many empty messages: two bytes each."""
    return piece(7, bytes([field << 3 | 2, 0]) * count)


def doubling(operator: str) -> list:
    """30 nodes, each twice as large as the one before."""
    attributes = {"axis": 0} if operator == "Concat" else {}
    nodes = [node(operator, f"c{i} c{i}", f"c{i + 1}", **attributes) for i in range(30)]
    return [*nodes, node("Add", "x c30", "y")]


GOOD = LINE.SerializeToString()
MILLION = np.ones(10**6, np.float32)
FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "no network"),
    "one byte": (b"\x08", "damaged"),
    "text": (b"This is a letter, not a network.", "ONNX file"),
    "a zip": (b"PK\x03\x04" + bytes(100), "ONNX file"),
    "a safetensors file": (b"\x02\0\0\0\0\0\0\0{}", "ONNX file"),
    **{f"cut at {size}": (GOOD[:size], "ONNX file") for size in range(1, len(GOOD) - 1, 9)},
    "external data": (external(), "another file"),
    "dims beyond the file": (line(tensor([2**31, 2**31], bytes(8))), "should hold"),
    "dims that overflow": (line(tensor([2**32, 2**32], bytes(8))), "should hold"),
    "dims below zero": (line(tensor([-4, -3], bytes(48))), "impossible shape"),
    "many dims": (line(tensor([1] * 5000, bytes(4))), "impossible shape"),
    "weights that are absent": (line(tensor([4, 3])), "12 numbers.*0 are there"),
    "no weights at all": (line(tensor([2**40, 0])), "there are none"),
    "no weights of many filters": (
        graph(
            [node("ConvTranspose", "x w", "y", group=2**40)],
            {"w": np.zeros((2, 2**20, 0, 0), np.float32)},
            ["N", 2, 4, 4],
        ),
        "there are none",
    ),
    "groups": (
        graph(
            [node("ConvTranspose", "x w", "y", group=2**40)],
            {"w": numbers(2, 2, 3, 3)},
            ["N", 2, 4, 4],
        ),
        "group",
    ),
    "text as weights": (line(tensor([1], b"", string_data=[b"a"])), "should hold"),
    "an unknown kind": (
        line(TensorProto(name="w", data_type=999, dims=[1], raw_data=b"1")),
        "unknown kind",
    ),
    "NaN": (spoilt(np.nan), "finite"),
    "infinity": (spoilt(-np.inf), "finite"),
    "a circle": (
        graph([node("Add", "x b", "a"), node("Relu", "a", "b"), node("Relu", "b", "y")]),
        "circle",
    ),
    "a node that reads itself": (graph([node("Add", "x y", "y")]), "circle"),
    "a value from nowhere": (graph([node("Add", "x z", "y")]), "value z"),
    "a value made twice": (graph([node("Relu", "x", "y"), node("Tanh", "x", "y")]), "twice"),
    "the input made again": (graph([node("Relu", "x", "x"), node("Tanh", "x", "y")]), "twice"),
    "a huge input": (graph([node("Relu", "x", "y")], {}, ["N", 2**40]), "100000|100,000"),
    "a large image": (graph([node("Relu", "x", "y")], {}, ["N", 99999, 99999, 99999]), "million"),
    "a huge kernel": (
        graph(
            [node("MaxPool", "x", "y", kernel_shape=[2**62] * 2, pads=[2**62] * 4)],
            {},
            ["N", 1, 8, 8],
        ),
        "greater than|less than|padding",
    ),
    "a kernel of words": (
        graph([node("MaxPool", "x", "y", kernel_shape="wide")], {}, ["N", 1, 8, 8]),
        "equal|fit",
    ),
    "an attribute of another kind": (
        graph([node("Gemm", "x w", "y", alpha="much")], {"w": numbers(4, 3)}),
        "does not fit",
    ),
    "too many inputs": (
        graph([node("Gemm", "x w w w w", "y")], {"w": numbers(4, 3)}),
        "does not fit",
    ),
    "a division of nothing": (graph([node("Div", "", "y")]), "does not depend|fit|needs"),
    "too few inputs": (graph([node("Gemm", "x", "y")]), "does not fit"),
    "a growing image": (
        graph(
            [
                *(
                    node(
                        "Resize",
                        f"{'a' * i or 'x'} - s",
                        "a" * (i + 1),
                        nearest_mode="floor",
                        coordinate_transformation_mode="asymmetric",
                    )
                    for i in range(30)
                ),
                node("Relu", "a" * 30, "y"),
            ],
            {"s": np.array([1, 1, 16, 16], np.float32)},
            ["N", 1, 16, 16],
        ),
        "million",
    ),
    "a growing row": (
        graph(
            [
                *(
                    node("Concat", f"{'a' * i or 'x'} " * 2, "a" * (i + 1), axis=1)
                    for i in range(60)
                ),
                node("Relu", "a" * 60, "y"),
            ]
        ),
        "million",
    ),
    "constants that grow": (graph(doubling("Concat"), {"c0": MILLION[: 10**5]}), "too large"),
    "constants that add up": (
        graph(
            [*(node("Neg", f"c{i}", f"c{i + 1}") for i in range(25)), node("Add", "x c25", "y")],
            {"c0": MILLION},
        ),
        "too large",
    ),
    "a table of constants": (
        graph(
            [node("Add", "c r", "d"), node("Add", "x d", "y")],
            {"c": MILLION, "r": MILLION[: 10**5, None]},
        ),
        "too large",
    ),
    "an expanded constant": (
        graph(
            [node("Expand", "one s", "d"), node("Add", "x d", "y")],
            {"one": np.float32(1), "s": np.array([2**40, 2**40])},
        ),
        "too large",
    ),
    "a shape made of nothing": (
        graph(
            [node("ConstantOfShape", "s", "d"), node("Add", "x d", "y")], {"s": np.array([2**62])}
        ),
        "too large",
    ),
    "graphs in graphs": (nested(200), "damaged|cannot read|branch"),
    "a flood of nodes": (flood(1, 3_000_000), "50,000 parts"),
    "a flood of arrays": (flood(5, 3_000_000), "50,000 parts"),
    "a flood of inputs": (flood(11, 40_000), "no network"),
    "a flood of sizes": (
        line(TensorProto(name="w", data_type=7, int64_data=[0] * 3_000_000)),
        "whole numbers",
    ),
    "a long line": (
        graph(
            [
                *(node("Relu", f"a{i}" if i else "x", f"a{i + 1}") for i in range(3000)),
                node("Relu", "a3000", "y"),
            ]
        ),
        "3,001 operators",
    ),
    "a line as long as may be": (
        graph(
            [
                *(node("Sin", f"a{i}" if i else "x", f"a{i + 1}") for i in range(1999)),
                node("Relu", "a1999", "y"),
            ]
        ),
        "activation|layers",
    ),
}


def header(text: bytes, length: int | None = None) -> bytes:
    """A safetensors file with such a header, and a few bytes after it."""
    size = len(text) if length is None else length
    return size.to_bytes(8, "little") + text + bytes(64)


def told(experiment: str, **arrays: np.ndarray) -> bytes:
    """A file as ours are, of such an Experiment."""
    return save(
        {"0.weight": numbers(4, 2), **arrays},
        {
            "format": run_files.FORMAT,
            "experiment": experiment,
            "step": "0",
            "columns": "[]",
            "spacing": "1",
        },
    )


CIRCLE = Experiment.preset("circle").to_json()
WIDE = json.dumps(
    {
        **json.loads(CIRCLE),
        "layers": [*[{"type": "dense", "units": 8192}] * 60, {"type": "dense", "units": 1}],
    }
)
STATES: dict[str, tuple[bytes, str]] = {
    "a header that is cut off": (header(b"{", 10**9), "damaged|safetensors"),
    "a header beyond counting": (header(b"{}", 2**63), "damaged|safetensors"),
    "a header of brackets": (header(b'{"a":' * 200_000), "damaged|safetensors"),
    "an array beyond the file": (
        header(b'{"a":{"dtype":"F32","shape":[99999999999],"data_offsets":[0,399999999996]}}'),
        "damaged|safetensors",
    ),
    "an array whose size overflows": (
        header(b'{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}'),
        "damaged|safetensors",
    ),
    "an experiment of brackets": (told("[" * 90_000), "experiment"),
    "an experiment of braces": (told('{"a":' * 15_000 + "0" + "}" * 15_000), "experiment"),
    "a long experiment": (told(" " * 300_000 + CIRCLE), "experiment"),
    "an experiment too large": (told(WIDE), "million numbers"),
    "other weights": (told(CIRCLE), "missing|weights|shape|damaged"),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "good.onnx").write_bytes(GOOD)
    for name, (content, _) in FILES.items():
        (folder / f"{name}.onnx").write_bytes(content)
    for name, (content, _) in STATES.items():
        (folder / f"{name}.safetensors").write_bytes(content)
    for name in ("huge.onnx", "vast.safetensors"):
        with (folder / name).open("wb") as file:
            file.truncate(5 * 10**9)  # a hole: it takes no room on the disk
    command = [sys.executable, "-c", DRIVER, str(folder)]
    root = Path(__file__).parents[3]
    result = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=root)
    assert result.returncode == 0, result.stderr[-2000:]
    return json.loads(result.stdout)


@pytest.mark.parametrize("name", [*FILES, *STATES])
def test_a_file_from_a_stranger(name, answers):
    sentence, seconds = answers[name]
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 400, sentence
    assert not sentence.split(":")[0].endswith("Error"), sentence
    assert re.search({**FILES, **STATES}[name][1], sentence), sentence
    assert seconds < 1


def test_a_file_that_is_too_large(answers):
    assert "too large: 100 MB" in answers["huge"][0] and answers["huge"][1] < 1
    assert "too large: 400 MB" in answers["vast"][0] and answers["vast"][1] < 1


def test_the_good_one_loads(answers):
    assert answers["good"][0] == "loaded"

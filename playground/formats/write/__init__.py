"""Networks on their way out: a trained Run as PyTorch, Keras, NumPy or ONNX.

A target is a module with `files(model)`: the contents of what it writes, by file name. In it a
table says for every layer and activation what becomes of it; a new layer is one entry a table.
"""

from __future__ import annotations

import importlib
import math
from pathlib import Path

from playground.formats.errors import ExportError
from playground.formats.write import tree_graph, tree_script
from playground.formats.write.model import Model, Trained, identifier
from playground.trees import Ensemble
from playground.trees.joined import Deep, Read

MODULES = {"pytorch": "pytorch", "keras": "keras", "numpy": "numpy_script", "onnx": "onnx_graph"}
TARGETS = tuple(MODULES)

__all__ = ["TARGETS", "ExportError", "files", "write"]


def files(trained: Trained, target: str, name: str = "network") -> dict[str, bytes]:
    """What stands for a Run or a Snapshot elsewhere: contents by file name.

    ExportError names a layer that the target does not know.
    """
    if target not in MODULES:
        raise ExportError(f"There is no export to {target}; there are {', '.join(TARGETS)}.")
    trees: object = trained.freeze()
    if isinstance(trees, Read) or (isinstance(trees, Deep) and target != "onnx"):
        raise ExportError(
            "A network with trees is kept in a file of ours; trees behind a network also go to "
            "ONNX."
        )
    if isinstance(trees, Ensemble):
        if target == "onnx":
            return tree_graph.files(trained, trees, identifier(name))
        if target != "numpy":
            raise ExportError("Trees have no layers: they are written for NumPy and ONNX.")
        data = trained.data
        return tree_script.files(trees, identifier(name), math.prod(data.shape), data.table)
    module = importlib.import_module(f"{__name__}.{MODULES[target]}")
    return module.files(Model.of(trained, identifier(name)))


def write(trained: Trained, target: str, folder: str | Path, name: str = "network") -> list[Path]:
    """Write these files into a folder; returns where they are."""
    paths = []
    for file, content in files(trained, target, name).items():
        paths.append(Path(folder) / file)
        paths[-1].write_bytes(content)
    return paths

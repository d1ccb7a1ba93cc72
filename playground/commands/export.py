"""`export`: a trained network for PyTorch, Keras, NumPy or ONNX."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from playground.commands import CommandError, load, writing

SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))
TARGETS = ("pytorch", "keras", "numpy", "onnx")


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "export",
        help="write a trained network for other frameworks",
        description="Write a trained network with its weights as a PyTorch module, a Keras model, "
        "a NumPy program or an ONNX graph.",
    )
    parser.add_argument("file", metavar="FILE", help="the network (safetensors or ONNX)")
    parser.add_argument("--to", required=True, choices=TARGETS)
    parser.add_argument(
        "--output",
        metavar="PATH",
        help=(
            "the program or the graph, or a folder for it (made where it ends in /); weights "
            "go beside it (default: here, named after FILE)"
        ),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    from playground.formats import write

    source = Path(arguments.file)
    trained = load(arguments.file)
    folder, name = _place(arguments.output, source, arguments.to)
    try:
        files = write.files(trained, arguments.to, name)
    except write.ExportError as problem:
        raise CommandError(str(problem)) from None
    paths = [folder / file for file in files]
    if any(path.exists() and path.samefile(source) for path in paths):
        raise CommandError(f"this would overwrite {source}: give another --output")
    for path, content in zip(paths, files.values(), strict=True):
        with writing(path):
            path.write_bytes(content)
        print(path)


def _place(output: str | None, source: Path, target: str) -> tuple[Path, str]:
    """The folder, and the name without its ending."""
    name = source.stem if target == "onnx" else f"{source.stem}_{target}"
    if output is None:
        return Path(), name
    path = Path(output)
    if output.endswith(SEPARATORS):
        with writing(path):
            path.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        return path, name
    return path.parent, path.stem

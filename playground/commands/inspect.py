"""`inspect`: what a file or a link is taken for, by the same readers that the pages use."""

from __future__ import annotations

import argparse
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from playground.commands import RefusalError
from playground.training import foreign

LARGEST = 300_000_000  # bytes of a file
TEXT = 20_000  # bytes of a file that may be a link or a set-up
LENET5 = Path(__file__).parents[2] / "assets" / "networks" / "lenet5.safetensors"
NETWORKS = {".onnx", ".safetensors"}
IDX = re.compile(r"idx[13]?-ubyte|\.idx[13]?(\.|$)")
# How pictures begin, those too that are refused by name.
PICTURE = re.compile(
    rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0{4}|RIFF.{4}WEBP|II\*\0|MM\0\*|.{4}ftyp"
    rb"|P[1-6]\s",
    re.DOTALL,
)


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "inspect",
        help="say what a file or a link is taken for",
        description="Say what a table of points, a picture, a network, a set of images, a set-up "
        "or a link (ours or TensorFlow Playground's) is taken for. What cannot be read is refused "
        "with a sentence and exit status 2.",
    )
    parser.add_argument("what", metavar="FILE|LINK", nargs="+", help="two files: a pair of IDX")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    try:
        with np.errstate(all="ignore"):  # what overflows is refused, or shows in the facts
            facts = examined(arguments.what)
    except (ValueError, OSError) as error:
        sentence = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RefusalError(sentence.rstrip(".") + ".") from None
    if arguments.json:
        print(json.dumps(facts, ensure_ascii=False))
        return
    for name, fact in facts.items():
        plain = isinstance(fact, list) and all(isinstance(entry, str | int) for entry in fact)
        shown = ", ".join(map(str, fact)) if plain else fact if isinstance(fact, str) else None
        print(f"{name}: {json.dumps(fact, ensure_ascii=False) if shown is None else shown}")


def examined(what: list[str]) -> dict[str, Any]:
    """The kind of a file, of a pair of files or of a link, and the facts of that kind.

    ValueError says in a sentence why it is nothing that can be read.
    """
    paths = [Path(name) for name in what if _exists(name)]
    if len(paths) < len(what):
        return _link(" ".join(what))
    if any(path.is_dir() for path in paths):
        raise ValueError("This is a folder: name a file in it, or pack it as a ZIP.")
    if sum(path.stat().st_size for path in paths) > LARGEST:
        raise ValueError(f"At most {LARGEST / 1e6:.0f} MB are read.")
    path = paths[0]
    if len(paths) > 1 or IDX.search(path.name.lower()):
        return _images({path.name: path.read_bytes() for path in paths})
    if path.suffix.lower() in NETWORKS or foreign.words(path.name):
        return _network(path)
    content = path.read_bytes()
    return _reader(path, content)(content)


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # too long for a name, or a zero in it
        return False


def _reader(path: Path, content: bytes) -> Callable[[bytes], dict[str, Any]]:
    """What reads a file, told by its content before its name."""
    if PICTURE.match(content):
        return _picture
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _points if _is_spreadsheet(content) else lambda images: _images({path.name: images})
    if content.lstrip()[:1] == b"{":
        return _set_up
    if len(content) <= TEXT and _holds_link(content):
        return lambda text: _link(text.decode(errors="replace"))
    return (lambda rows: _images({path.name: rows})) if _is_pixels(content) else _points


def _is_pixels(content: bytes) -> bool:
    from playground.data import pixel_tables

    return pixel_tables.is_pixels(content)


def _is_spreadsheet(content: bytes) -> bool:
    """Whether a ZIP is one; a damaged one is for the reader of images to refuse."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False
    return "[Content_Types].xml" in names or "content.xml" in names


def _holds_link(content: bytes) -> bool:
    from playground.experiment import link_text, pasted, tensorflow_playground

    text = content.decode(errors="replace")
    if tensorflow_playground.is_reference_link(text):
        return True
    link = pasted.own_link(text)
    try:
        return link is not None and bool(link_text.unpack(link.token))
    except ValueError:
        return False


def _points(content: bytes) -> dict[str, Any]:
    from playground.data import table_columns, table_points, tables

    sheet = tables.read(content)
    points = table_points.points(sheet, table_columns.suggested(sheet))
    return {
        "kind": "points",
        "points": len(points.points),
        "task": points.task,
        "classes": list(points.names),
        "columns": list(points.columns),
        "form": list(sheet.form),
        "left_out": list(points.left_out),
        "notes": list(points.notes),
    }


def _picture(content: bytes) -> dict[str, Any]:
    from playground.data import pictures
    from playground.data.mnist import Mnist
    from playground.data.preparation import prepared
    from playground.training.run import Run

    result = prepared(pictures.read(content), Mnist())
    notes = {"notes": list(result.notes)} if result.notes else {}
    if result.blank:
        return {"kind": "picture", "blank": True, **notes}
    snapshot = Run.load(str(LENET5)).snapshot()
    [chances] = snapshot.probabilities(snapshot.predict(result.image[None]))
    removed = [] if result.cleaned is None else list(result.cleaned.removed)
    return {
        "kind": "picture",
        "reads": int(chances.argmax()),
        "probability": round(float(chances.max()), 4),
        "removed": removed,
        **notes,
    }


def _network(path: Path) -> dict[str, Any]:
    from playground.training import run_files

    experiment = run_files.read(path).experiment
    if experiment.trees is not None:
        return {
            "kind": "trees",
            "trees": experiment.trees.described(),
            "data": experiment.data.type,
            **({"hybrid": experiment.hybrid.described()} if experiment.hybrid else {}),
        }
    plan = experiment.plan()
    if experiment.adversarial is not None:
        opponent = experiment.opponent_plan()
        return {
            "kind": "generator",
            "layers": [layer.described(defaults=False) for layer in experiment.layers],
            "noise": experiment.adversarial.noise,
            "outputs": list(plan.output_shape),
            "parameters": plan.parameters,
            "loss": experiment.adversarial.loss.type,
            "discriminator": {
                "layers": [
                    layer.described(defaults=False) for layer in experiment.adversarial.layers
                ],
                "parameters": opponent.parameters,
            },
            "data": experiment.data.type,
        }
    return {
        "kind": "network",
        "layers": [layer.described(defaults=False) for layer in experiment.layers],
        "input": list(plan.input_shape),
        "outputs": list(plan.output_shape),
        "loss": experiment.loss.type,
        "parameters": plan.parameters,
    }


def _images(files: dict[str, bytes]) -> dict[str, Any]:
    from playground.data import image_files

    images = image_files.read(files, colour=False)
    return {
        "kind": "images",
        "images": len(images.x),
        "classes": list(images.names),
        "mean": round(float(images.x.mean()) / 255, 4),
        "notes": list(images.notes),
    }


def _set_up(content: bytes) -> dict[str, Any]:
    from playground.experiment import Experiment, ValidationError, explain

    try:
        experiment = Experiment.from_json(content, check=False)
    except ValidationError as error:
        raise ValueError(f"This is JSON, and no set-up: {explain(error)}") from None
    return {"kind": "set-up", "experiment": experiment.described()}


def _link(text: str) -> dict[str, Any]:
    from playground.experiment import Experiment, controls, pasted, tensorflow_playground

    if tensorflow_playground.is_reference_link(text):
        opened = tensorflow_playground.read(text)
        return {
            "kind": "link",
            "experiment": opened.experiment.described(),
            "hidden": sorted(opened.hidden),
            "notes": list(opened.notes),
            "test_points": opened.test_points,
            "two_colours": opened.two_colours,
        }
    link = pasted.own_link(text)
    if link is None or (link.token == text.strip() and not link.token.startswith("1")):
        named = f"There is no file called {text[:80]}. " if "://" not in text else ""
        raise ValueError(named + pasted.no_link(text))
    held, said = controls.read(link.hide, link.lock)
    return {
        "kind": "link",
        "experiment": Experiment.from_link(link.token, check=False).described(),
        "hidden": sorted(held.hidden),
        "locked": sorted(held.locked),
        "notes": [said] if said else [],
    }

"""`predict`: what a trained network says to images or arrays."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.commands import CommandError, RefusalError, load
from playground.data import pictures
from playground.data.dataset import DataSet
from playground.data.picture_bounds import LARGEST, PictureError
from playground.data.preparation import prepared
from playground.data.table_fit import TableData
from playground.data.tables import TableError

if TYPE_CHECKING:
    from playground.training.snapshot import Snapshot

LARGEST_ARRAY = 200_000_000  # bytes
BLANK = "blank: nothing is written on it"


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "predict",
        help="ask a trained network",
        description="Ask a network that `train --save` wrote; every input gets a line. A picture "
        "for a network of digits is a drawing, a scan, or a photograph of paper, of which the "
        "largest writing is read; for other networks it is fitted in. An array holds one input or "
        "many, numbers as the network reads them or bytes. Rows of a table come back as CSV with "
        "the answer and how sure it is.",
    )
    parser.add_argument("file", metavar="FILE", help="the network (safetensors)")
    parser.add_argument("inputs", metavar="PICTURE|ARRAY.npy|ROWS.csv", nargs="+")
    parser.add_argument(
        "--as-drawn",
        action="store_true",
        help="take away no paper: all that differs from a picture's border is ink",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object an input")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    trained = load(arguments.file)
    if trained.experiment.adversarial is not None:
        raise CommandError(
            "a generator reads noise, and says nothing of inputs: `generate` asks it"
        )
    source, snapshot = trained.experiment.data.make(), trained.snapshot()
    clean = False if arguments.as_drawn else None
    table = snapshot.data.table
    if table is not None and not arguments.inputs[0].lower().endswith(".npy"):
        _table(snapshot, table, arguments.inputs, arguments.json)
        return
    many, refused = len(arguments.inputs) > 1, 0
    reader = _reader_of_digits(arguments.file, arguments.inputs)
    for name in arguments.inputs:
        try:
            asked = reader if reader is not None and not _is_array(name) else snapshot
            x = read_inputs(
                name, asked.experiment.data.make() if asked is reader else source, clean
            )
            for answer in [None] if x is None else _answers(asked, asked.data.class_names, x):
                _show(name, answer, many, arguments.json)
        except CommandError as problem:
            if not many:
                raise RefusalError(str(problem)) from None
            refused += 1
            print(problem, file=sys.stderr)
    if refused:
        raise RefusalError(f"{refused} of {len(arguments.inputs)} files could not be read")


def _reader_of_digits(path: str, names: list[str]) -> Snapshot | None:
    """A network of another program as it reads drawings of digits, with pixels in its range.

    None where it is no such network, or nobody asks for pictures.
    """
    from playground.formats.errors import FileError
    from playground.training import digit_readers

    made_elsewhere = Path(path).suffix.lower() == ".onnx"
    if not made_elsewhere or all(map(_is_array, names)):
        return None
    try:
        reader = digit_readers.read(path)
    except FileError:
        return None
    if reader.message:
        print(reader.message, file=sys.stderr)
    return reader


def _table(snapshot: Snapshot, table: TableData, names: list[str], as_json: bool) -> None:
    """Rows of tables: CSV out, a line a row, with the answer and how sure it is."""
    from playground.analysis import table_answers

    for name in names:
        try:
            rows = table.rows(Path(name).read_bytes())
        except OSError as problem:
            raise RefusalError(f"{name} cannot be read: {problem.strerror}") from None
        except TableError as problem:
            raise RefusalError(f"{name}: {problem}") from None
        for note in rows.notes:
            print(f"{name}: {note}", file=sys.stderr)
        if as_json:
            for answer in _answers(snapshot, snapshot.data.class_names, rows.x):
                print(json.dumps({"file": name, **answer}))
            continue
        print(table_answers.csv_text(snapshot, rows), end="")


def _answers(snapshot: Snapshot, names: tuple[str, ...], x: np.ndarray) -> Iterator[dict[str, Any]]:
    """For each input of [N, *shape]: the outputs, or the likeliest class and all probabilities.

    Of a class at every step the likeliest at each, and how probable it is.
    """
    outputs = snapshot.predict(x)
    if not names:
        for row in outputs:
            yield {"outputs": row.tolist()}
        return
    if outputs.ndim == 3:  # a class at every step
        for steps in snapshot.probabilities(outputs):
            yield {
                "classes": [names[number] for number in steps.argmax(axis=1)],
                "sureness": [float(chance) for chance in steps.max(axis=1)],
            }
        return
    for chances in snapshot.probabilities(outputs):
        shares = {name: float(chance) for name, chance in zip(names, chances, strict=True)}
        yield {"class": names[int(np.argmax(chances))], "probabilities": shares}


def _show(name: str, answer: dict[str, Any] | None, many: bool, as_json: bool) -> None:
    """One line for one input; None: the picture is blank."""
    if as_json:
        print(json.dumps({"file": name, **(answer or {"blank": True})}))
        return
    if answer is None:
        line = BLANK
    elif "outputs" in answer:
        line = " ".join(map(str, np.ravel(answer["outputs"])))
    elif "classes" in answer:
        line = " ".join(answer["classes"])
    else:
        shares = sorted(answer["probabilities"].items(), key=lambda share: -share[1])[:3]
        first, *others = [f"{label} {100 * chance:.2f} %" for label, chance in shares]
        line = f"{first:12}  then {', '.join(others)}"
    print(f"{name}  {line}" if many else line)


def read_inputs(name: str, source: DataSet, clean: bool | None) -> np.ndarray | None:
    """The inputs in a file, [N, *shape]; None for a blank picture."""
    try:
        if _is_array(name):
            return read_array(name, source.shape)
        return _picture(name, source, clean)
    except OSError as problem:
        raise CommandError(f"{name} cannot be read: {problem.strerror or problem}") from None


def _is_array(name: str) -> bool:
    """Whether a file is NumPy's; one that cannot be opened is what it is called."""
    if name.lower().endswith(".npy"):
        return True
    try:
        with open(name, "rb") as file:
            return file.read(6) == b"\x93NUMPY"
    except OSError:
        return False


def read_array(name: str, shape: tuple[int, ...]) -> np.ndarray:
    if os.path.getsize(name) > LARGEST_ARRAY:
        raise CommandError(f"{name} is too large: {LARGEST_ARRAY // 10**6} MB are allowed")
    try:  # mapped: a header that claims more than the file holds is refused without taking memory
        array = np.load(name, mmap_mode="r", allow_pickle=False)
    except Exception as problem:  # NumPy lets many kinds out where a header makes no sense
        reason = str(problem).splitlines()[0].rstrip(".")
        raise CommandError(f"{name} is not an array that can be read: {reason}") from None
    if array.dtype.kind not in "fiub":
        raise CommandError(f"{name} holds {array.dtype}, and numbers are needed")
    wanted = tuple(size for size in shape if size > 1)
    for sizes in (shape, wanted):
        if array.shape == sizes or array.shape[1:] == sizes:
            array = np.array(array).reshape(-1, *shape)
            if not np.isfinite(array).all():
                raise CommandError(f"{name} holds something that is not a finite number")
            return array if array.dtype == np.uint8 else array.astype(np.float32)
    needed = ", ".join(map(str, shape))
    raise CommandError(
        f"{name} has shape {list(array.shape)}; this network reads [{needed}] or [N, {needed}]"
    )


def _picture(name: str, source: DataSet, clean: bool | None) -> np.ndarray | None:
    """A picture as the network's kind of image, uint8 [1, *shape]; None where nothing is on it."""
    if len(source.shape) != 3 or source.shape[0] not in (1, 3):
        raise CommandError(
            f"this network reads numbers of shape {list(source.shape)}, not images: give "
            "it an array (.npy)"
        )
    if os.path.getsize(name) > LARGEST * 1_000_000:
        raise CommandError(f"{name} is too large: {LARGEST} MB are allowed")
    try:
        result = prepared(pictures.read(Path(name).read_bytes()), source, clean)
    except PictureError as problem:
        raise CommandError(f"{name}: {problem}") from None
    return None if result.blank else result.image[None]

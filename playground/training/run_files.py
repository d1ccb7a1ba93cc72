"""A trained Run in a file: safetensors, with the Experiment and the progress in its metadata.

Weights stand under PyTorch's names, so that `safetensors.torch.load_file` gives a state_dict with a
few entries more: "training/optimizer", "training/losses", "training/history". A file may come from
a stranger: everything is checked against the Experiment before memory is taken for it.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as packed

from playground.data import table_source
from playground.data.table_source import TableSource
from playground.data.tables import TABLE as WHOLE_TABLE
from playground.data.tables import TableError
from playground.engine import AdversarialTraining, Generator
from playground.experiment import Experiment, ValidationError, explain
from playground.formats.errors import FileError
from playground.training import foreign
from playground.training.history import MOST
from playground.training.trainer import Trainer

FORMAT = "network playground 1"
LARGEST_FILE = 400_000_000  # bytes
LONGEST_HEADER = 1_000_000
OPPONENT = "discriminator."  # how its weights' names begin
LARGEST_TABLE = WHOLE_TABLE.size
CHANGED = ("by_hand", "retuned")
GROWN = "trees."  # how the names of their arrays begin
OPTIMIZER, LOSSES, HISTORY = "training/optimizer", "training/losses", "training/history"
TABLE = "data/table"  # the file of a table of one's own, where the Experiment only names it


@dataclass(frozen=True, eq=False)
class Saved:
    """What a file says, checked as far as that goes without its network."""

    experiment: Experiment
    tensors: dict[str, np.ndarray]
    step: int = 0
    spacing: float = 1.0  # of the history
    columns: list[str] = field(default_factory=list)
    by_hand: bool = False  # as in the Trainer
    retuned: bool = False
    table: TableSource | None = None  # held until a Run has it
    half_steps: int = 0  # of a game: made of the turn under way


def save(trainer: Trainer, path: str | PathLike[str]) -> None:
    """Write a file; a file of that name is replaced only when the new one is complete."""
    with trainer.lock:
        tensors = trainer.network.state_dict()
        if isinstance(trainer.network, Generator):
            opponent = trainer.network.opponent.state_dict()
            tensors |= {OPPONENT + name: array for name, array in opponent.items()}
        if trainer.training:
            tensors[OPTIMIZER] = trainer.training.state()["optimizer"]
            tensors[LOSSES] = trainer.batch_losses.copy()
            past = [row for row in trainer.history.rows if row[0] <= trainer.step]
            table = np.array(past, np.float64)
            tensors[HISTORY] = table.reshape(-1, len(trainer.history.columns))
        own = trainer.data.table.source if trainer.data.table else None
        if own is not None and own.key and not own.text:
            tensors[TABLE] = np.frombuffer(zlib.compress(own.content, 6), np.uint8)
        metadata = {
            "format": FORMAT,
            "experiment": trainer.experiment.to_json(),
            "step": str(trainer.step),
            "spacing": repr(float(trainer.history.spacing)),
            "columns": json.dumps(trainer.history.columns),
            "by_hand": json.dumps(trainer.by_hand),
            "retuned": json.dumps(trainer.retuned),
            "half_steps": str(trainer.under_way[1]),
        }
    whole = Path(path)
    part = whole.with_name(f".{whole.name}.{os.getpid()}.part")
    try:
        part.write_bytes(packed(tensors, metadata=metadata))
        os.replace(part, whole)
    finally:
        part.unlink(missing_ok=True)


def read(path: str | PathLike[str], experiment: Experiment | None = None) -> Saved:
    """Read and check a file; FileError says what is wrong with it.

    An ONNX file says itself what its weights belong to; a state_dict of PyTorch needs `experiment`.
    """
    if Path(path).suffix.lower() == ".onnx":
        from playground.formats.read import onnx_file

        return Saved(*onnx_file.read(Path(path)))
    if sentence := foreign.words(str(path)):
        raise FileError(sentence)
    _check_header(Path(path))
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != FORMAT and experiment is not None:
                return Saved(experiment, _state_dict(file, experiment.check()))
            if metadata.get("format") != FORMAT:
                raise FileError(
                    "This file was not saved here: it does not say which experiment "
                    "its weights belong to. Build a network with the same layers and open the "
                    "file there, or bring the network as ONNX (torch.onnx.export)."
                )
            names = list(file.keys())
            own = _table(file.get_tensor(TABLE)) if TABLE in names else None
            experiment = Experiment.from_json(metadata["experiment"])
            names = [name for name in names if name != TABLE]
            _check_tensors(experiment, {name: file.get_slice(name) for name in names})
            tensors = {name: file.get_tensor(name) for name in names}
            columns, spacing = json.loads(metadata["columns"]), float(metadata["spacing"])
            # Files of earlier versions do not say it.
            changed = [json.loads(metadata.get(name, "false")) is True for name in CHANGED]
            step = int(metadata["step"])
            half = int(metadata.get("half_steps", "0"))
            marks = changed[0], changed[1], own, half
            return Saved(experiment, tensors, step, spacing, columns, *marks)
    except FileError:
        raise
    except ValidationError as error:
        raise FileError(f"The experiment in this file cannot be used: {explain(error)}") from None
    except (SafetensorError, KeyError, ValueError, TypeError, RecursionError, zlib.error) as error:
        raise FileError(f"This file is damaged: {error}.") from None


def _state_dict(file: Any, experiment: Experiment) -> dict[str, np.ndarray]:
    """The Experiment's weights among those of a module that is built like it."""
    from playground.formats.read import state

    slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118
    pairs = state.match(experiment, {name: slice_.get_shape() for name, slice_ in slices.items()})
    for name in pairs.values():
        if slices[name].get_dtype() not in ("F64", "F32", "F16"):
            raise FileError(
                f"The weights {name} are {slices[name].get_dtype()}, which we cannot "
                "read: save them as float32."
            )
    return {ours: file.get_tensor(theirs).astype(np.float32) for ours, theirs in pairs.items()}


def _table(packed_file: np.ndarray) -> TableSource:
    """The table that a file holds; TableError where it holds none, or one that is too large."""
    inflate = zlib.decompressobj()
    content = inflate.decompress(packed_file.tobytes(), LARGEST_TABLE)
    if not inflate.eof:
        raise TableError("the table in it is too large, or its end is missing")
    return table_source.read(content)


def _check_header(path: Path) -> None:
    """Refuse by size what cannot be a safetensors file, before anybody parses it."""
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise FileError(f"This file is too large: {LARGEST_FILE // 10**6} MB are allowed.")
    with path.open("rb") as file:
        start = file.read(9)
    length = struct.unpack("<Q", start[:8])[0] if len(start) == 9 else 0
    if not 2 <= length <= min(LONGEST_HEADER, size - 8) or start[8:] != b"{":
        raise FileError("This file is not a saved network (safetensors), or its end is missing.")


def _check_tensors(experiment: Experiment, tensors: dict[str, Any]) -> None:
    """The file's weights are those of its Experiment, by name, kind and shape.

    Trees are checked where they are built: their shapes follow from the data.
    """
    if not experiment.network:
        return
    plans = {"": experiment.plan()}
    if experiment.adversarial is not None:
        plans[OPPONENT] = experiment.opponent_plan()
    expected = {
        f"{prefix}{row.position}.{parameter.name}": list(parameter.shape)
        for prefix, plan in plans.items()
        for row in plan.rows
        for parameter in row.layer.parameters(row.input_shape)
    }
    for name, shape in expected.items():
        if name not in tensors:
            raise FileError(f"The weights do not belong to this experiment: {name} is missing.")
        kind, there = tensors[name].get_dtype(), tensors[name].get_shape()
        if (kind, there) != ("F32", shape):
            raise FileError(
                f"The weights do not belong to this experiment: {name} has shape "
                f"{there} ({kind}), and {shape} (F32) is needed."
            )
    unknown = set(tensors) - set(expected) - {OPTIMIZER, LOSSES, HISTORY}
    if experiment.hybrid is not None:
        unknown = {name for name in unknown if not name.startswith(GROWN)}
    if unknown:
        raise FileError(
            "The file holds weights that its experiment does not have: "
            f"{', '.join(sorted(unknown)[:3])}."
        )


def restore(trainer: Trainer, saved: Saved) -> None:
    """Bring a new trainer to where the saved one was."""
    tensors = dict(saved.tensors)
    extra = {name: tensors.pop(name, None) for name in (OPTIMIZER, LOSSES, HISTORY)}
    start, network = trainer.network.flat.copy(), trainer.network
    try:
        if isinstance(network, Generator):
            names = [name for name in tensors if name.startswith(OPPONENT)]
            own = {name.removeprefix(OPPONENT): tensors.pop(name) for name in names}
            network.opponent.load_state_dict(own)
        network.load_state_dict(tensors)
    except ValueError as error:
        raise FileError(f"The weights in this file cannot be used: {error}.") from None
    elsewhere = saved.step == 0 and not np.array_equal(start, trainer.network.flat)
    trainer.by_hand, trainer.retuned = saved.by_hand or elsewhere, saved.retuned
    if trainer.training is None or all(array is None for array in extra.values()):
        return
    state = trainer.training.state()
    if not 0 <= saved.step <= 2**50:
        raise FileError("The count of steps in this file is impossible.")
    state["optimizer"] = _numbers(extra[OPTIMIZER], state["optimizer"].shape, "optimizer's state")
    losses = _numbers(extra[LOSSES], (2,), "sum of losses")
    trainer.training.restore(state)
    if isinstance(trainer.training, AdversarialTraining):
        if not 0 <= saved.half_steps < trainer.training.period:
            raise FileError("The count of steps in this file is impossible.")
        trainer.training.seek(saved.step, saved.half_steps)
    else:
        trainer.training.seek(saved.step)
    trainer.batch_losses[:] = losses
    _restore_history(trainer, saved, extra[HISTORY])


def _restore_history(trainer: Trainer, saved: Saved, table: np.ndarray | None) -> None:
    history = trainer.history
    rows = 0 if table is None else len(table)
    if saved.columns != list(history.columns) or rows > MOST or not 0 <= saved.spacing < 2**50:
        raise FileError("The history in this file does not belong to its experiment.")
    rows = _numbers(table, (rows, len(history.columns)), "history").tolist()
    steps = [row[0] for row in rows]
    if steps != sorted(steps) or (steps and not 0 <= steps[0] <= steps[-1] <= saved.step):
        raise FileError("The history in this file does not fit its count of steps.")
    history.rows = [tuple(row) for row in rows]
    history.spacing = saved.spacing


def _numbers(array: np.ndarray | None, shape: tuple[int, ...], name: str) -> np.ndarray:
    """An array of finite numbers of this shape."""
    if array is None or array.shape != shape or array.dtype.kind != "f":
        raise FileError(f"The {name} in this file does not belong to its experiment.")
    if not np.isfinite(array).all():
        raise FileError(f"The {name} in this file holds something that is not a finite number.")
    return array

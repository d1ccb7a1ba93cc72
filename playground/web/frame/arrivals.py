"""What comes to a desk from elsewhere, and what leaves it: links, pasted addresses, files."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit, urlunsplit

from playground.experiment import Experiment, controls, edits, pasted, tensorflow_playground
from playground.experiment.controls import Controls
from playground.experiment.tensorflow_playground import Opened
from playground.formats import write
from playground.formats.write.model import Trained
from playground.training import foreign
from playground.training.run import Run
from playground.web.frame import uploads
from playground.web.frame.desk import Desk

LONGEST = pasted.LONGEST
NOTHING: Mapping[str, bytes] = MappingProxyType({})
KINDS = (".json", ".safetensors", ".onnx")


def address(desk: Desk, page: str, shown: Controls) -> str:
    """The address `page` with the set-up in it, and with the controls to hide and to lock."""
    parts = urlsplit(page)
    query = urlencode({"m": desk.experiment.to_link(), **shown.query()}, safe=",")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def take_controls(desk: Desk, hide: str, lock: str) -> None:
    """Hide and lock what an address names; says what it could not make out."""
    desk.controls, said = controls.read(hide, lock)
    if said:
        desk.error = said


def paste(desk: Desk, text: str) -> Opened | None:
    """Open a pasted address, ours or TensorFlow Playground's; returns what the latter said.

    What cannot be read changes nothing, with a word.
    """
    if tensorflow_playground.is_reference_link(text):
        return _reference(desk, text)
    link = pasted.own_link(text)
    if link is None:
        desk.error = pasted.no_link(text)
    elif desk.follow_link(link.token) and (link.hide or link.lock):
        take_controls(desk, link.hide, link.lock)
    return None


def _reference(desk: Desk, text: str) -> Opened | None:
    try:
        opened = tensorflow_playground.read(text)
    except ValueError as error:
        desk.error = edits.sentence(error)
        return None
    if not desk.open_experiment(opened.experiment):
        return None
    desk.controls = controls.of(opened.hidden, ())
    if opened.notes:
        desk.error = " ".join(["The link is open, but for this:", *opened.notes])
    return opened


def open_file(desk: Desk, name: str, content: bytes, beside: Mapping[str, bytes] = NOTHING) -> None:
    """A set-up (.json) or a trained network (.safetensors, .onnx); a bad file gives a word.

    `beside`: files that came along, by name; an ONNX file may keep its weights in one.
    """
    kind = Path(name).suffix.lower()
    try:
        if kind == ".json":
            desk.open_experiment(Experiment.from_json(content, check=False))
            return
        if kind not in KINDS:
            raise ValueError(foreign.words(name) or f"It is none of {', '.join(KINDS)}.")
        with tempfile.TemporaryDirectory() as folder:
            run = _load(desk, uploads.in_folder(folder, name, content, beside))
        if not desk.open_experiment(run.experiment, run):
            run.close()
    except (ValueError, KeyError, OSError) as error:
        desk.error = f"This file cannot be opened: {edits.sentence(error)}"


def _load(desk: Desk, path: Path) -> Run:
    """A network that says itself what it is; or PyTorch's weights for the layers on the desk."""
    return Run.load(str(path), None if desk.problem else desk.experiment)


def weights(desk: Desk) -> bytes:
    """The trained network as a safetensors file."""
    if desk.run is None:
        raise ValueError("There is no network yet.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "network.safetensors")
        desk.run.save(str(path))
        return path.read_bytes()


def code(trained: Trained, target: str) -> tuple[str, bytes]:
    """Name and content of the program or file that stands for the trained network elsewhere.

    Several files come as one archive. ExportError names a layer that the target does not know.
    """
    files = write.files(trained, target)
    if len(files) == 1:
        return next(iter(files.items()))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return f"network-{target}.zip", archive.getvalue()

"""The commands: a module each, with `add_to(subparsers)` that sets `run` to what it does.

A new command is a new module here; nothing else needs to know. Heavy imports belong into `run`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.experiment import Experiment
    from playground.training.run import Run


class CommandError(Exception):
    """Why a command could not do its work: one line for the reader."""

    code = 1


class RefusalError(CommandError):
    """Why something that was brought cannot be read."""

    code = 2


def modules() -> list[ModuleType]:
    """Every command's module."""
    return [
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    ]


@contextmanager
def writing(path: str | Path) -> Iterator[None]:
    """Say in a line why this file cannot be written, if it cannot."""
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or problem
        raise CommandError(f"{path} cannot be written: {reason}") from None


def experiment(name: str) -> Experiment:
    """A preset by its name, or the Experiment in a JSON file."""
    from playground.experiment import Experiment, ValidationError, explain

    if name in Experiment.presets():
        return Experiment.preset(name)
    path = Path(name)
    if not path.exists():
        known = ", ".join(Experiment.presets())
        raise CommandError(f"there is neither a preset nor a file called {name}; presets: {known}")
    try:
        return Experiment.from_json(path.read_bytes())
    except OSError as problem:
        raise CommandError(f"{name} cannot be read: {problem.strerror}") from None
    except ValidationError as problem:
        raise CommandError(f"{name}: {explain(problem)}") from None


def load(name: str) -> Run:
    """The Run in a file."""
    from playground.data.lacking import MissingDataError
    from playground.formats.errors import FileError
    from playground.training.run import Run

    try:
        return Run.load(name, alone=True)
    except OSError as problem:
        raise CommandError(f"{name} cannot be read: {problem.strerror}") from None
    except (FileError, MissingDataError) as problem:
        raise CommandError(f"{name}: {problem}") from None

"""Controls that a link hides or locks, so that a class looks at one thing at a time.

`hide=noise,data&lock=learning_rate` in an address: what is hidden is not there, what is locked is
there and cannot be changed. The names go by those of TensorFlow Playground's own links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from playground.experiment.about import about
from playground.experiment.experiment import Experiment

NAMES = {  # what a link may name, and what a teacher reads
    "play": "Play",
    "step": "Step",
    "reset": "Reset",
    "reseed": "Reseed",
    "rewind": "Rewind",
    "learning_rate": "Learning rate",
    "speed": "Speed",
    "data": "Data set",
    "problem": "Classes or values",
    "noise": "Noise",
    "train_fraction": "Share for training",
    "points": "New points, CSV, painting",
    "inputs": "Inputs",
    "loss": "Loss",
    "optimizer": "Optimizer",
    "batch_size": "Batch size",
    "initializer": "Starting weights, seed",
    "regularization": "Penalty",
    "regularization_rate": "Rate of the penalty",
    "more": "More settings",
    "layers": "Layers and neurons",
    "trees": "Trees and their options",
    "adversarial": "Discriminator, noise, turns",
    "activation": "Activation",
    "test_points": "Test points",
    "two_colours": "Plain colours",
    "panels": "Panels",
}
LONGEST = 600  # letters of a list of names


@dataclass(frozen=True)
class Controls:
    """Names of hidden and of locked controls; none is both."""

    hidden: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.hidden or self.locked)

    def hides(self, name: str) -> bool:
        """Whether a control is not to be shown."""
        return name in self.hidden

    def fixes(self, name: str) -> bool:
        """Whether a control cannot be used, hidden or not."""
        return name in self.hidden or name in self.locked

    def hides_place(self, path: tuple) -> bool:
        """Whether a place in the Experiment is not to be shown."""
        return any(map(self.hides, names(path)))

    def fixes_place(self, path: tuple) -> bool:
        """Whether a place in the Experiment cannot be changed."""
        return any(map(self.fixes, names(path)))

    def forbids(self, names: Iterable[str]) -> str:
        """What to say to a change that moves these controls; nothing if it may."""
        held = [title for name, title in NAMES.items() if name in names and self.fixes(name)]
        return (
            f"The link that you opened does not let this change: {', '.join(held)}." if held else ""
        )

    def query(self) -> dict[str, str]:
        """What an address says of them."""
        lists = {"hide": self.hidden, "lock": self.locked}
        return {
            key: ",".join(name for name in NAMES if name in names)
            for key, names in lists.items()
            if names
        }


def of(hidden: Iterable[str], locked: Iterable[str]) -> Controls:
    """These controls; what is hidden need not be locked."""
    return Controls(frozenset(hidden), frozenset(locked) - frozenset(hidden))


def names(path: tuple) -> tuple[str, ...]:
    """The controls that change a place in the Experiment; each of them can hold it.

    >>> names(("optimizer", "learning_rate")), names(("optimizer", "momentum"))
    (('learning_rate',), ('optimizer',))
    >>> names(("adversarial", "layers", 0, "units"))
    ('layers', 'adversarial')
    """
    field, *way = path
    if field not in Experiment.model_fields:
        return ()
    fact = about(Experiment, field)
    own = [fact.controls[key] for key in reversed(way) if key in fact.controls][:1]
    found = [*own, fact.control] if fact.whole or not own else own
    return tuple(name for name in found if name)


def moved(before: Experiment, after: Experiment) -> frozenset[str]:
    """The controls that would have to move from one Experiment to the other."""
    paths = _paths(before.described(), after.described(), ())
    return frozenset(name for path in paths for name in names(path))


def _paths(old: Any, new: Any, way: tuple) -> Iterator[tuple]:
    """The places at which two descriptions differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from _paths(old.get(key), new.get(key), (*way, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, pair in enumerate(zip(old, new, strict=True)):
            yield from _paths(*pair, (*way, place))
    elif old != new:
        yield way


def read(hide: str, lock: str) -> tuple[Controls, str]:
    """The controls that an address names, and what to say of names that are none."""
    words = [
        [word.strip() for word in text[:LONGEST].split(",") if word.strip()]
        for text in (hide, lock)
    ]
    unknown = [word for word in dict.fromkeys(words[0] + words[1]) if word not in NAMES]
    chosen = of(*([word for word in group if word in NAMES] for group in words))
    if not unknown and max(len(hide), len(lock)) <= LONGEST:
        return chosen, ""
    said = [f"“{word}”" for word in unknown[:3] if re.fullmatch(r"[a-z_]{1,30}", word)]
    listing = ", ".join(said) or "something"
    return (
        chosen,
        f"This link hides or locks {listing}, which is no control here: that is left out.",
    )

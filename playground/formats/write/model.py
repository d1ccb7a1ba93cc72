"""What every target reads: a trained network as a list of named steps, and tables of entries."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np

from playground.data import Data
from playground.engine import FrozenGenerator, FrozenNetwork
from playground.engine.reconstruction import Reconstruction
from playground.formats.errors import ExportError

Entry = TypeVar("Entry", bound=Callable[..., Any])  # how a target writes a piece


class Trained(Protocol):
    """A Run or a Snapshot: what has a network and its data."""

    @property
    def data(self) -> Data: ...

    def freeze(self) -> FrozenNetwork: ...


@dataclass(frozen=True, eq=False)
class Step:
    """One layer on its way out: its name in the file, its shapes and its trained arrays."""

    name: str  # conv1, max_pool1, dense2
    position: int
    layer: Any  # of the class that its entry was made for
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    arrays: dict[str, np.ndarray]  # by PyTorch's names
    other: int | None  # whose output it takes besides its input: a layer, from 1; 0: the data
    kept: bool  # whether a later layer takes its output

    @property
    def earlier(self) -> int:
        """The other input of a layer that joins two."""
        if self.other is None:
            raise ExportError(f"{self.name} reads no other layer.")
        return self.other


@dataclass(frozen=True)
class Model:
    """A network with its weights, and what whoever uses it needs to know."""

    name: str
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    steps: tuple[Step, ...]
    reads: str  # what an input is, in words
    gives: str  # and an output
    keeps_input: bool  # whether a later layer takes the data themselves

    @classmethod
    def of(cls, trained: Trained, name: str) -> Model:
        """The model of a trained network; all arrays are of one moment, also while a Run plays."""
        network, data = trained.freeze(), trained.data
        state, rows = network.state_dict(), network.plan.rows
        taken = {getattr(row.layer, "from_layer", None) for row in rows}
        counts: dict[str, int] = {}
        steps = []
        for row in rows:
            word = row.layer.type.replace("2d", "")
            counts[word] = counts.get(word, 0) + 1
            start = f"{row.position}."
            arrays = {
                key.removeprefix(start): value
                for key, value in state.items()
                if key.startswith(start)
            }
            steps.append(
                Step(
                    f"{word}{counts[word]}",
                    row.position,
                    row.layer,
                    row.input_shape,
                    row.output_shape,
                    arrays,
                    getattr(row.layer, "from_layer", None),
                    row.position + 1 in taken,
                )
            )
        return cls(
            name,
            network.plan.input_shape,
            network.plan.output_shape,
            tuple(steps),
            _reads(network, data),
            _gives(network),
            0 in taken,
        )


def _reads(network: FrozenNetwork, data: Data) -> str:
    size = f"[{', '.join(['N', *map(str, network.plan.input_shape)])}]"
    if isinstance(network, FrozenGenerator):
        drawn = "even from -1 to 1" if network.uniform else "standard normal"
        return f"{size}: noise, {drawn}"
    if data.feature_names:
        return f"{size}: {', '.join(data.feature_names)}"
    return f"{size}: bytes / {1 / data.scale:g}" if data.scale != 1 else size


def _gives(network: FrozenNetwork) -> str:
    size = f"[{', '.join(['N', *map(str, network.plan.output_shape)])}]"
    if isinstance(network, FrozenGenerator):
        shape = "×".join(map(str, network.opponent.plan.input_shape))
        pixels = f", pixels from {-1 if network.signed else 0} to 1"
        return f"{size}: a sample of {shape}{pixels if shape.count('×') == 2 else ''}"
    after = {"softmax_cross_entropy": "a softmax", "binary_cross_entropy": "a sigmoid"}
    if isinstance(network.loss, Reconstruction):
        of_pixels = network.loss.distribution == "bernoulli"
        return f"{size}: a sigmoid turns them into pixels" if of_pixels else f"{size}: the input"
    belief = after.get(network.loss.type)
    return f"{size}: {belief} turns them into probabilities" if belief else size


class Table(dict[str, Any]):
    """What a target does with each piece of a kind; `@table("dense")` adds an entry."""

    def __init__(self, target: str, kind: str) -> None:
        super().__init__()
        self.target, self.kind = target, kind

    def __call__(self, *names: str) -> Callable[[Entry], Entry]:
        def add(entry: Entry) -> Entry:
            self.update(dict.fromkeys(names, entry))
            return entry

        return add

    def __missing__(self, name: str) -> Any:
        raise ExportError(f"The {self.target} export does not know the {self.kind} {name} yet.")


def identifier(name: str) -> str:
    """A file's name as the title of what is in it: words, and nothing that ends a string."""
    return re.sub(r"[^\w .-]+", " ", name).strip() or "network"

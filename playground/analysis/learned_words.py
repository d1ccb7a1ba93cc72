"""What an embedding of columns learned: the numbers of every word of a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.training.snapshot import Snapshot
from playground.trees.joined import Joined


@dataclass(frozen=True, eq=False)
class LearnedWords:
    """A column: its words, and where training put each, [words, numbers]."""

    column: str
    words: tuple[str, ...]
    numbers: np.ndarray

    @property
    def nearest(self) -> tuple[str, str] | None:
        """The two words that lie closest to each other; None of fewer than three."""
        if len(self.words) < 3:
            return None
        apart = np.linalg.norm(self.numbers[:, None] - self.numbers, axis=-1)
        apart[np.diag_indices(len(apart))] = np.inf
        first, second = np.unravel_index(int(apart.argmin()), apart.shape)
        return self.words[first], self.words[second]


def learned_words(snapshot: Snapshot) -> list[LearnedWords]:
    """Column by column; none where no network begins with an embedding of a table's columns."""
    network = snapshot.network
    if isinstance(network, Joined):
        network = network.network
    plan = getattr(network, "plan", None)
    if snapshot.data.table is None or plan is None or not plan.rows[0].layer.embeds:
        return []
    row, state = plan.rows[0], network.state_dict()
    tables = [
        state[f"{row.position}.{name}"] for name, *_ in row.layer.parts(row.input_shape) if name
    ]
    columns = [column for column in snapshot.data.table.layout.columns if max(column.sizes) > 1]
    return [
        LearnedWords(column.name, column.words, table)
        for column, table in zip(columns, tables, strict=True)
    ]

"""Tables: numbers, words and dates in columns, a class or a value to predict.

Everything that is fitted (means, deviations, what fills a gap) is fitted on the training rows only,
and belongs to the data set: a network and trees read the same rows in the same way.
"""

from __future__ import annotations

import numpy as np

from playground.data import table_fit, table_kinds, table_source
from playground.data.dataset import SEEDS, Data, DataSet, Split, parts_of
from playground.data.table_fit import TableData
from playground.data.table_layout import ANSWERS, Layout, Roles
from playground.data.table_source import OWN, TableSource
from playground.data.tables import TableError
from playground.engine.registry import choice, flag, integer, real, register, text

TARGETS = {
    "iris": "species",
    "wine": "cultivar",
    "breast_cancer": "diagnosis",
    "diabetes": "progression",
    "penguins": "species",
}
FEWEST = 4  # rows


@register("data", "table", "Table")
class Table(DataSet):
    """Rows of a table: numbers, words and dates in columns, one column to predict.

    x = (value − mean) / deviation, both of the training rows. A value to predict is scaled in the
    same way. A word is an input of its own (one-hot), 1 where a row has it, scaled like the others
    unless it is to be learned. Tables: iris, wine, breast_cancer, diabetes, penguins,
    and one's own.
    """

    table: str = choice("iris", (*TARGETS, OWN), "Which table. own: the one in content or key.")
    content: str = text("A table of your own as CSV, where it is short.", title="Content")
    key: str = text("The checksum of the file with a longer table of your own.", title="Key")
    target: str = text(
        "The column to predict. Empty: the one that the table is known for.", title="To predict"
    )
    target_as: str = choice(
        "automatic",
        ANSWERS,
        "Whether a class or a value is predicted. automatic: words are classes, and so are up to "
        "ten different whole numbers.",
        title="Answers",
    )
    columns: str = text(
        "The columns to learn from, with commas between. Empty: all that can be used.",
        title="Columns",
    )
    kinds: str = text(
        "How columns are read that are not read as they look, such as “year=one_hot, born=days”. "
        "number; one_hot: an input a word; ordinal: a word's place in the alphabet; days: a date "
        "as days since 1970; calendar: a date as year, month and weekday.",
        title="Kinds of columns",
    )
    missing: str = choice(
        "leave_out",
        ("leave_out", "fill"),
        "Rows with gaps. leave_out: they are not used. fill: a gap becomes the median of the "
        "training rows, and a missing word none of the words.",
        title="Gaps",
    )
    standardize: bool = flag(
        True,
        "Scale every input to mean 0 and deviation 1 on the training rows. Networks need it; "
        "trees do not care.",
        title="Standardise",
    )
    words: str = choice(
        "inputs",
        ("inputs", "learned"),
        "What words become. inputs: an input each, scaled like all others. learned: an input each, "
        "0 or 1, which a network turns into a few learned numbers with a first layer "
        "column_embedding; trees read them as they are.",
        title="Words become",
    )
    train_fraction: float = real(
        0.7,
        0.1,
        0.9,
        "The share of rows to learn from. The others only test what was learned.",
        title="Share for training",
    )
    validation_fraction: float = real(
        0.0,
        0.0,
        0.5,
        "The share of the training rows kept aside to choose settings by.",
        title="Share for validation",
    )
    seed: int | None = integer(
        None,
        0,
        SEEDS,
        "In which order the rows are dealt. Empty: the seed of the whole experiment.",
        optional=True,
        title="Seed of the rows",
    )

    @property
    def question(self) -> str:
        return "Which column matters most? Leave it out and look again."

    @property
    def source(self) -> TableSource:
        """The table itself; MissingDataError where another visit has it."""
        if self.table != OWN:
            return table_source.shipped(self.table)
        return table_source.held(self.key) if self.key else table_source.written(self.content)

    @property
    def roles(self) -> Roles:
        """What is asked of the table."""
        return Roles(
            self.target or TARGETS.get(self.table, ""),
            tuple(table_kinds.names(self.columns)),
            tuple(table_kinds.kinds(self.kinds).items()),
            self.target_as,
        )

    @property
    def layout(self) -> Layout:
        """What its columns are taken for; TableError says what cannot be."""
        return self.source.layout(self.roles)

    def check(self) -> None:
        if self.table != OWN and (self.content or self.key):
            raise TableError("A table that ships has neither content nor key.")
        if len(self._rows()) < FEWEST:
            raise TableError("Fewer than four rows are left without gaps: let gaps be filled.")

    @property
    def task(self) -> str:  # type: ignore[override]
        return "classification" if self.layout.classes else "regression"

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.layout.inputs),)

    @property
    def input_names(self) -> tuple[str, ...]:
        return self.layout.inputs

    @property
    def columns_of_words(self) -> tuple[int, ...]:
        plain = self.words == "learned" or not self.standardize
        return self.layout.sizes if plain and max(self.layout.sizes) > 1 else ()

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.layout.classes

    @property
    def sizes(self) -> tuple[int, int]:
        return len(self.layout.sheet), len(self.layout.sheet)

    def _rows(self) -> np.ndarray:
        """The numbers of the rows that are used."""
        layout = self.layout
        dropped = layout.gaps if self.missing == "leave_out" else False
        return np.flatnonzero(layout.answered & ~np.asarray(dropped))

    def load(self, seed: int) -> Data:
        """Shuffle, split, fit on the training rows, encode."""
        layout = self.layout
        raw = table_fit.encode(layout.columns, layout.sheet)
        random = np.random.default_rng(seed if self.seed is None else self.seed)
        order = random.permutation(self._rows())
        parts = [
            order[part]
            for part in parts_of(len(order), self.train_fraction, self.validation_fraction)
        ]
        y = layout.target.codes.astype(np.int64) if layout.classes else layout.target.values
        kept = layout.words if self.words == "learned" else None
        fitted = table_fit.fit(layout, raw[parts[0]], y[parts[0]], self.standardize, kept)
        if not layout.classes:
            y = ((y - fitted.centre) / fitted.scale).astype(np.float32)
        first, second, third = (Split(fitted.inputs(raw[part]), y[part]) for part in parts)
        table = TableData(self.source, layout, fitted, self.missing == "fill")
        return self.data(first, second, third, table=table)

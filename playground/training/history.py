"""How a Run went: one row a measurement, never more than can be drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MOST = 500  # points of a curve


class History:
    """Rows of numbers, the first column being the step; spread evenly over the steps so far.

    Where there are too many rows, those that crowd together go. The first and the newest stay.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self.rows: list[tuple[float, ...]] = []
        self.spacing = 0.0  # steps that two rows keep apart
        self._arrays: dict[str, np.ndarray] | None = None

    def add(self, row: Sequence[float]) -> None:
        """Put a row at the end; a row of the same step, or one too close by, gives way."""
        rows, row = self.rows, tuple(map(float, row))
        again = bool(rows) and rows[-1][0] == row[0]
        crowded = len(rows) > 1 and rows[-1][0] - rows[-2][0] < self.spacing
        if again or crowded:
            rows.pop()
        rows.append(row)
        if len(rows) > MOST:
            self._thin()
        self._arrays = None

    def _thin(self) -> None:
        self.spacing = (self.rows[-1][0] - self.rows[0][0]) / (MOST / 2)
        thinned = self.rows[:1]
        for row in self.rows[1:-1]:
            if row[0] - thinned[-1][0] >= self.spacing:
                thinned.append(row)
        self.rows = [*thinned, self.rows[-1]]

    def rewind(self, row: tuple[float, ...]) -> None:
        """Forget what came after this row, which was measured before."""
        self.rows = [earlier for earlier in self.rows if earlier[0] < row[0]] + [row]
        self._arrays = None

    def restart(self) -> None:
        """Keep what was measured before training began alone."""
        self.rows = [row for row in self.rows[:1] if row[0] == 0]
        self.spacing, self._arrays = 0.0, None

    def clear(self) -> None:
        """Forget everything."""
        self.rows.clear()
        self.restart()

    def arrays(self) -> dict[str, np.ndarray]:
        """Every column as a read-only array."""
        if self._arrays is None:
            table = np.array(self.rows, np.float64).reshape(-1, len(self.columns))
            table.flags.writeable = False
            self._arrays = dict(zip(self.columns, table.T, strict=True))
        return self._arrays

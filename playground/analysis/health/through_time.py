"""What is measured of recurrent layers: how much of the error comes back to each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.analysis.memory import Strand, state_norms, through_time, unroll
from playground.analysis.trace import Trace
from playground.engine import Network

WORK = 600  # steps of sequences that are looked at


@dataclass(frozen=True, eq=False)
class TimeHealth:
    """One direction of a recurrent layer. sizes [time]: root mean square over sequences of
    ‖∂ℓ/∂(h_t, c_t)‖, ℓ a sequence's own loss, in the order in which the layer reads."""

    position: int
    title: str
    kind: str
    sizes: np.ndarray

    @property
    def end(self) -> int:
        """The step with the last answer that is asked, from 0: the last with any gradient."""
        return int(np.flatnonzero(self.sizes)[-1]) if self.sizes.any() else 0

    @property
    def share(self) -> float:
        """The gradient at the first step, as a share of that at the last; NaN without any."""
        return float(self.sizes[0] / self.sizes[self.end]) if self.sizes.any() else float("nan")

    @property
    def growth(self) -> float:
        """The largest gradient, as a multiple of that at the last step; NaN without any."""
        return float(self.sizes.max() / self.sizes[self.end]) if self.sizes.any() else float("nan")


def steps(network: Network) -> int:
    """How many steps the longest sequence in a recurrent layer has; 0 where there is none."""
    return max((row.input_shape[0] for row in network.plan.rows if row.layer.remembers), default=0)


def measure(network: Network, traced: Trace) -> tuple[TimeHealth, ...]:
    """Every direction of every recurrent layer that the unrolling knows, on the first sequences."""
    state, length = network.state_dict(), steps(network)
    if not length:
        return ()
    count = min(max(WORK // length, 1), len(traced.values[0]))
    squares: dict[int, np.ndarray] = {}
    strands: Sequence[Strand] = ()
    for sample in range(count):
        strands = unroll(network.plan, state, [values[sample] for values in traced.values])
        for number, sizes in enumerate(_sizes(strands, traced, sample)):
            squares[number] = squares.get(number, 0) + sizes**2
    return tuple(
        TimeHealth(
            strand.position,
            strand.layer.title,
            strand.kind,
            np.sqrt(squares[number] / count)[strand.steps],
        )
        for number, strand in enumerate(strands)
    )


def _sizes(strands: Sequence[Strand], traced: Trace, sample: int) -> list[np.ndarray]:
    """‖∂ℓ/∂(h_t, c_t)‖ [time] of every strand, for one sequence."""
    sizes = []
    for position in sorted({strand.position for strand in strands}):
        layer = [strand for strand in strands if strand.position == position]
        slope = traced.slopes[position + 1][sample] * len(traced.values[0])
        sizes += [state_norms(flow) for flow in through_time(layer, slope)]
    return sizes

"""What recurrent layers remember of one sequence, worked out in float64 from their weights.

The engine gives what every layer reads and answers; gates and cells, which it keeps to itself, are
followed here step by step. Hidden states here and the engine's are the same numbers.
"""

from playground.analysis.memory.arithmetic import work
from playground.analysis.memory.gradients import Flow, norms, state_norms, through_time
from playground.analysis.memory.strands import PARTS, Part, Strand, unroll

__all__ = [
    "PARTS",
    "Flow",
    "Part",
    "Strand",
    "norms",
    "state_norms",
    "through_time",
    "unroll",
    "work",
]

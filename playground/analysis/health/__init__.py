"""Is training going well? What to measure in every layer, and rules that say it in plain words.

`examine` measures a Run; `diagnose` reads the measurements and names what is wrong, each time with
a change of the Experiment that would help.
"""

from playground.analysis.health.finding import Finding
from playground.analysis.health.measures import (
    SAMPLES,
    STUCK,
    Health,
    LayerHealth,
    dead,
    examine,
    flat,
)
from playground.analysis.health.rules import RULES, diagnose
from playground.analysis.health.through_time import TimeHealth

__all__ = [
    "RULES",
    "SAMPLES",
    "STUCK",
    "Finding",
    "Health",
    "LayerHealth",
    "TimeHealth",
    "dead",
    "diagnose",
    "examine",
    "flat",
]

"""What a rule of the diagnosis says, and what it offers."""

from __future__ import annotations

from dataclasses import dataclass

from playground.analysis.health import remedies
from playground.analysis.health.measures import Health
from playground.analysis.health.remedies import Remedy
from playground.experiment import Experiment


@dataclass(frozen=True)
class Finding:
    """A rule that holds: what is wrong, and what would help."""

    rule: str
    sentence: str
    remedy: str
    changed: Experiment
    again: bool = False  # the weights are spoilt: it helps only from the start


def finding(rule: str, sentence: str, health: Health, *options: Remedy) -> Finding | None:
    """With the first remedy that changes anything; nothing is said where none does."""
    remedy = remedies.first(health.experiment, options)
    if remedy is None:
        return None
    return Finding(rule, sentence, remedy.words, remedy.changed, remedy.again)

"""See neural networks learn: experiments as data, runs that train them, pictures of both."""

from playground.experiment import Experiment
from playground.run import Run
from playground.snapshot import Snapshot

__all__ = ["Experiment", "Run", "Snapshot"]

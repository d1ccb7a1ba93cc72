"""See neural networks learn: experiments as data, runs that train them, pictures of both."""

from playground.experiment import Experiment
from playground.training.run import Run
from playground.training.snapshot import Snapshot

__version__ = "1.1.0.dev0"

__all__ = ["Experiment", "Run", "Snapshot"]

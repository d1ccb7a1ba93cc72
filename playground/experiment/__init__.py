"""What is trained, and only data: the Experiment, its parts, links, presets and repairs."""

from playground.experiment.experiment import Experiment, LinkError, Stop, ValidationError, explain

__all__ = ["Experiment", "LinkError", "Stop", "ValidationError", "explain"]

"""Named Experiments, as plain data: what presets, lessons and the command line start from."""

from playground.experiment.presets.deep import DEEP
from playground.experiment.presets.digits import DIGITS
from playground.experiment.presets.preset import Preset
from playground.experiment.presets.toys import TOYS
from playground.experiment.presets.trees import TREES

PRESETS: dict[str, Preset] = {preset.name: preset for preset in (*TOYS, *DIGITS, *DEEP, *TREES)}

__all__ = ["PRESETS", "Preset"]

"""Named Experiments, as plain data: what presets, lessons and the command line start from."""

from playground.experiment.presets.deep import DEEP
from playground.experiment.presets.digits import DIGITS
from playground.experiment.presets.games import GAMES
from playground.experiment.presets.generative import GENERATIVE
from playground.experiment.presets.preset import Preset
from playground.experiment.presets.sequences import SEQUENCES
from playground.experiment.presets.toys import TOYS
from playground.experiment.presets.trees import TREES

FAMILIES = (TOYS, DIGITS, DEEP, TREES, GENERATIVE, GAMES, SEQUENCES)
PRESETS: dict[str, Preset] = {preset.name: preset for family in FAMILIES for preset in family}

__all__ = ["PRESETS", "Preset"]

"""Named Experiments, as plain data: what presets, lessons and the command line start from."""

from playground.zoo.deep import DEEP
from playground.zoo.digits import DIGITS
from playground.zoo.preset import Preset
from playground.zoo.toys import TOYS

PRESETS: dict[str, Preset] = {preset.name: preset for preset in (*TOYS, *DIGITS, *DEEP)}

__all__ = ["PRESETS", "Preset"]

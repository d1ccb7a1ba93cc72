"""Data sets: seeded arrays out, split into training, validation and test.

A data set is a class in a module of this folder; it files itself in the registry.
"""

import sys

from playground.data.dataset import SEEDS, Clouds, Data, DataSet, Series, Split
from playground.data.features import FEATURES, features
from playground.engine import registry

registry.discover(sys.modules[__name__])

__all__ = ["FEATURES", "SEEDS", "Clouds", "Data", "DataSet", "Series", "Split", "features"]

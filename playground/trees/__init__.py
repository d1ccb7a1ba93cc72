"""Decision trees, forests and boosting: scikit-learn's estimators as registered pieces.

A piece grows unit by unit (a level, a tree, a stage); what it grew is kept in arrays of ours, so
that a file needs no pickle and gives the same predictions bit for bit. Only here and in analysis/
is scikit-learn imported, and only once something grows: it takes seconds.
"""

import sys

from playground.engine import registry
from playground.trees.growth import Ensemble, Growth
from playground.trees.model import Growing, Stage, TreeModel
from playground.trees.tree import Tree, TreeError

registry.discover(sys.modules[__name__])

__all__ = ["Ensemble", "Growing", "Growth", "Stage", "Tree", "TreeError", "TreeModel"]

"""One image inside a network: a cell's arithmetic, the pixels it sees, slopes, changed inputs.

Everywhere `values` are the numbers that one image leaves behind: the input as the network reads it,
then every layer's output, so that `values[k]` is what layer k (counted from 0) reads in a plain
stack and `values[k + 1]` is what it makes.
"""

from playground.analysis.cell import blocks as blocks  # their layers register with `cell.works`
from playground.analysis.cell import others as others
from playground.analysis.cell import windows as windows

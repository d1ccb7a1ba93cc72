"""One image inside a network: a cell's arithmetic, the pixels it sees, slopes, changed inputs.

Everywhere `values` are the numbers that one image leaves behind: the input as the network reads it,
then every layer's output, so that `values[k]` is what layer k (counted from 0) reads in a plain
stack and `values[k + 1]` is what it makes.
"""

from playground.inside import blocks as blocks  # their layers register with `cell.works`
from playground.inside import others as others
from playground.inside import windows as windows

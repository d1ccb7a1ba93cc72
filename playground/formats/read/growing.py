"""ONNX's Resize and Upsample, where they repeat every pixel a whole number of times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from playground.formats.errors import FileError
from playground.formats.read.graph import Node
from playground.formats.read.importer import Importer
from playground.formats.read.operator_table import operator
from playground.formats.read.operators import weights
from playground.formats.read.value import Value

ADVICE = "here each pixel can only be repeated, by one whole number for height and width"
MOST_PLACES = 4096  # of a side; the rule is the same for all
# Which pixel a place of the output shows, before it is rounded: of its number and the factor.
PLACES: dict[str, Callable[..., np.ndarray]] = {
    "half_pixel": lambda place, factor: (place + 0.5) / factor - 0.5,
    "half_pixel_symmetric": lambda place, factor: (place + 0.5) / factor - 0.5,
    "pytorch_half_pixel": lambda place, factor: (
        (place + 0.5) / factor - 0.5 if place.size > 1 else 0 * place
    ),
    "asymmetric": lambda place, factor: place / factor,
    "tf_half_pixel_for_nn": lambda place, factor: (place + 0.5) / factor,
}
ROUNDED: dict[str, Callable[..., np.ndarray]] = {
    "round_prefer_floor": lambda place: np.ceil(place - 0.5),
    "round_prefer_ceil": lambda place: np.floor(place + 0.5),
    "floor": np.floor,
    "ceil": np.ceil,
}


@operator("Resize", "Upsample")
def grown(to: Importer, node: Node, x: Any, *given: Any) -> Value:
    first = node.operator == "Upsample" or to.graph.version < 11  # it had fewer options
    mode, how, rounding, policy, *_ = node.options(
        mode="nearest",
        coordinate_transformation_mode="asymmetric" if first else "half_pixel",
        nearest_mode="floor" if first else "round_prefer_floor",
        keep_aspect_ratio_policy="stretch",
        **dict.fromkeys(("scales", "axes", "antialias", "cubic_coeff_a", "exclude_outside")),
        extrapolation_value=0.0,
    )
    value, permutation = to.image(node, x)
    factors = _factors(node, value, permutation, given[0 if first else 1 :])
    if mode != "nearest":
        raise node.lacks("mode", mode, f": {ADVICE}")
    if policy != "stretch":
        raise node.lacks("keep_aspect_ratio_policy", policy)
    if factors[0] != 1 or factors[1] != factors[2] or factors[1] % 1 or not 1 <= factors[1] < 1e4:
        grows = " × ".join(f"{factor:.4g}" for factor in factors)
        raise FileError(
            f"The operator {node} makes channels, height and width {grows} times as large; "
            f"{ADVICE}."
        )
    factor = int(factors[1])
    to.stack.reach(node, value.layer, value.shape)
    made = to.stack.add(node, "up_sampling2d", size=factor).transposed(permutation)
    for side in value.shape[1:]:
        places = np.arange(min(side, MOST_PLACES) * factor)
        if how not in PLACES or rounding not in ROUNDED:
            raise node.lacks("coordinate_transformation_mode", f"{how}, {rounding}")
        shown = ROUNDED[rounding](PLACES[how](places, factor)).clip(0, side - 1)
        if (shown != places // factor).any():
            raise node.lacks("coordinate_transformation_mode", f"{how}, {rounding}: {ADVICE}")
    return made


def _factors(node: Node, image: Value, permutation: list[int], given: Any) -> list[float]:
    """How many times as large channels, height and width become."""
    axes = node.attributes.get("axes") or range(4)
    scales, sizes = [*given, None, None][:2]
    scales = node.attributes.get("scales") if scales is None else scales
    by_size = sizes is not None and np.size(sizes) > 0
    if not by_size and not isinstance(scales, list):
        weights(node, scales)
    numbers = np.ravel(weights(node, sizes)[0] if by_size else [] if scales is None else scales)
    if len(numbers) != len(axes):
        raise FileError(
            f"The operator {node} has {len(numbers)} "
            f"{'sizes' if by_size else 'scales'} for {len(axes)} axes."
        )
    factors = [1.0, 1.0, 1.0]
    for axis, number in zip(axes, numbers, strict=True):
        if axis % 4:
            ours = permutation[axis % 4 - 1]
            factors[ours] = float(number) / (image.shape[ours] if by_size else 1)
        elif not by_size and number != 1:
            raise FileError(f"The operator {node} makes more samples, or fewer.")
    return factors

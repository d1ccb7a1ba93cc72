"""Resize and Upsample of every version: what onnxruntime makes of them, or a sentence."""

from __future__ import annotations

import itertools

import numpy as np
import onnxruntime
import pytest

from playground.formats.errors import FileError
from tests.formats.read.graphs import model, node
from tests.formats.read.test_foreign import compare
from tests.formats.read.test_onnx import load

IMAGE = ["N", 2, 4, 3]
REPEATED = {
    "mode": "nearest",
    "nearest_mode": "floor",
    "coordinate_transformation_mode": "asymmetric",
}
NOTHING = np.array([], np.float32)


def scales(*factors):
    return np.array(factors, np.float32)


RIGHT = {
    "Upsample of version 7": ([node("Upsample", "x", "y", scales=[1.0, 1.0, 2.0, 2.0])], {}, 7),
    "Upsample of version 9": ([node("Upsample", "x s", "y")], {"s": scales(1, 1, 3, 3)}, 9),
    "Resize of version 10": ([node("Resize", "x s", "y")], {"s": scales(1, 1, 2, 2)}, 10),
    "no region": (
        [node("Resize", "x r s", "y", **REPEATED)],
        {"r": NOTHING, "s": scales(1, 1, 2, 2)},
        11,
    ),
    "sizes": (
        [node("Resize", "x r r z", "y", **REPEATED)],
        {"r": NOTHING, "z": np.array([3, 2, 8, 6])},
        11,
    ),
    "sizes, as PyTorch computes them": (
        [
            node("Shape", "x", "shape"),
            node("Slice", "shape zero two", "head"),
            node("Concat", "head sides", "z", axis=0),
            node("Resize", "x - - z", "y", **REPEATED),
        ],
        {"zero": np.array([0]), "two": np.array([2]), "sides": np.array([8, 6])},
        13,
    ),
    "two axes": ([node("Resize", "x - s", "y", axes=[3, 2], **REPEATED)], {"s": scales(2, 2)}, 18),
    "channels last": (
        [
            node("Transpose", "x", "t", perm=[0, 2, 3, 1]),
            node("Resize", "t - s", "u", **REPEATED),
            node("Transpose", "u", "y", perm=[0, 3, 1, 2]),
        ],
        {"s": scales(1, 2, 2, 1)},
        13,
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_pixels_are_repeated(name, tmp_path):
    nodes, arrays, version = RIGHT[name]
    proto = model(nodes, arrays, IMAGE, version)
    compare(load(proto, tmp_path), proto.SerializeToString(), [3, *IMAGE[1:]])


WHERE = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "asymmetric", "align_corners"]
ROUNDED = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]


@pytest.mark.parametrize(
    ("where", "rounded"), list(itertools.product([*WHERE, "tf_half_pixel_for_nn"], ROUNDED))
)
def test_right_or_refused_however_places_are_rounded(where, rounded, tmp_path):
    options = {"coordinate_transformation_mode": where, "nearest_mode": rounded}
    for factor in (1, 2, 3, 4):
        proto = model(
            [node("Resize", "x - s", "y", **options)],
            {"s": scales(1, 1, factor, factor)},
            IMAGE,
            19,
        )
        try:
            run = load(proto, tmp_path)
        except FileError as error:
            assert where in str(error) and rounded in str(error)
            if where != "align_corners":  # then pixels are not just repeated
                x = np.arange(24, dtype=np.float32).reshape(1, 2, 4, 3)
                session = onnxruntime.InferenceSession(proto.SerializeToString())
                repeated = x.repeat(factor, 2).repeat(factor, 3)
                assert factor == 1 or (session.run(None, {"x": x})[0] != repeated).any()
        else:
            compare(run, proto.SerializeToString(), [3, *IMAGE[1:]])


@pytest.mark.parametrize(
    ("factors", "options", "words"),
    [
        ((1, 1, 0.5, 0.5), {}, r"1 × 0\.5 × 0\.5 times as large; .*one whole number"),
        ((1, 1, 2, 3), {}, "1 × 2 × 3 times"),
        ((1, 2, 2, 2), {}, "2 × 2 × 2 times"),
        ((2, 1, 2, 2), {}, "more samples"),
        ((1, 1, np.nan, np.nan), {}, "1 × nan × nan times"),
        ((1, 1, 2), {}, "3 scales for 4 axes"),
        ((1, 1, 2, 2), {"mode": "linear"}, "mode = linear.* pixel can only be repeated"),
        ((1, 1, 2, 2), {"keep_aspect_ratio_policy": "not_larger"}, "policy = not_larger"),
    ],
)
def test_other_growth_is_refused(factors, options, words, tmp_path):
    proto = model(
        [node("Resize", "x - s", "y", **REPEATED | options)], {"s": scales(*factors)}, IMAGE, 18
    )
    with pytest.raises(FileError, match=words):
        load(proto, tmp_path)

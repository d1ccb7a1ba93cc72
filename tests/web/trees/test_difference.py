"""What tells two models apart, in words."""

from __future__ import annotations

import math

from playground.web.trees.difference import Side, words

TREES = Side("the trees", 0.911, 0.192, 33)


def test_better_faster_smaller_are_named():
    told = words(TREES, Side("the network", 0.956, 0.032, 66), True, "test rows")
    assert told.split("  \n") == [
        "**Accuracy**: better for the network, right on 4.5 % more of the test rows.",
        "**Time**: shorter for the network, which learned 6.0 times as fast.",
        "**Size**: smaller for the trees; the network takes 2.0 times the room.",
    ]


def test_values_have_an_error_and_what_is_alike_is_called_so():
    told = words(TREES, Side("the network", 0.5, 0.19, 33), False, "test rows")
    assert "**Error**: smaller by 45 % for the network." in told
    assert "**Time**: about the same." in told and "**Size**: about the same." in told
    assert words(TREES, TREES, True, "test rows").startswith("**Accuracy**: the same.")


def test_what_nobody_measured_is_not_compared():
    unknown = Side("the network", math.nan, math.nan, 0)
    assert words(TREES, unknown, True, "test rows") == ""

"""Messages for components."""

import json
import struct

import numpy as np
import pytest

from playground.views.packing import pack, unpack


def test_round_trip_keeps_values_shapes_and_kinds():
    header = {
        "text": "x₁ → ü",
        "none": None,
        "list": [1, {"deep": np.arange(5)}],
        "table": np.arange(6, dtype=np.float64).reshape(2, 3) / 7,
        "bytes": np.array([0, 255, 7], np.uint8),
        "flags": np.array([True, False]),
    }
    back = unpack(pack(header))
    assert back["text"] == header["text"] and back["none"] is None
    np.testing.assert_array_equal(back["list"][1]["deep"], np.arange(5))
    np.testing.assert_allclose(back["table"], header["table"], rtol=1e-7)
    assert back["table"].shape == (2, 3) and back["table"].dtype == np.float32
    assert back["list"][1]["deep"].dtype == np.int32 and back["bytes"].dtype == np.uint8
    assert back["flags"].tolist() == [1, 0]


def test_every_array_starts_at_a_multiple_of_eight():
    message = pack({"a": np.zeros(3, np.uint8), "b": np.ones(1), "c": np.zeros((0, 4))})
    length = struct.unpack_from("<I", message)[0]
    assert (4 + length) % 8 == 0
    header = json.loads(message[4 : 4 + length])
    assert [header[key]["$"][1] % 8 for key in "abc"] == [0, 0, 0]


def test_slices_and_numpy_numbers_arrive_as_they_read():
    table = np.arange(12.0).reshape(3, 4)
    back = unpack(pack({"column": table[:, 1], "number": np.float32(2.5), "lost": float("nan")}))
    assert back["column"].tolist() == [1, 5, 9]
    assert back["number"] == 2.5 and back["lost"] is None


@pytest.mark.parametrize("array", [np.zeros((2, 2, 2)), np.array(["text"]), np.array([1j])])
def test_what_a_browser_cannot_hold_is_refused(array):
    with pytest.raises(TypeError, match="cannot pack"):
        pack({"array": array})

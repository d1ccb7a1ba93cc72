"""The receptive field is exactly what has an influence."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from playground.analysis.cell.field import box, field, share
from playground.engine import Network, registry
from tests.analysis.cell import networks
from tests.analysis.cell.test_cell import NETWORKS
from tests.engine.parity import settled


@pytest.mark.parametrize("name", [*NETWORKS, "lstm_rows"])
def test_pixels_outside_have_no_influence_at_all(name):
    net, random = networks.network(name), np.random.default_rng(4)
    x = networks.image(net)
    before = net.activations(np.stack([x, x]))
    for row in net.plan.rows:
        index = tuple(int(random.integers(size)) for size in row.output_shape)
        masks = field(net.plan, row.position, index)
        assert [mask.shape for mask in masks] == [
            net.plan.input_shape,
            *(one.output_shape for one in net.plan.rows),
        ][: len(masks)]
        assert masks[-1].sum() == 1 and masks[-1][index]
        other = np.where(masks[0], x, random.random(x.shape, np.float32))
        after = net.activations(np.stack([other, other]))
        assert after[row.position][0][index] == before[row.position][0][index], row


def smooth(layers, shape, seed=5):
    """A float64 network in which everything that is read counts."""
    parts = [registry.make("layer", one) for one in layers]
    loss = registry.make("loss", {"type": "mse"})
    net = networks.stir(Network(parts, shape, loss, seed=seed, dtype="float64"), seed)
    net.flat *= 0.4  # far from where a tanh is flat
    return net


def conv(kernel, **more):
    return {"type": "conv2d", "filters": 4, "kernel_size": kernel, "activation": "tanh", **more}


EXACT = {
    "plain": ([conv(5, padding=2), {"type": "avg_pool2d"}, conv(3)], (1, 12, 12)),
    "gaps": ([conv(3, dilation=3, padding=1), conv(1, stride=2)], (2, 11, 11)),
    "groups": ([conv(3, groups=2), conv(3, groups=4)], (2, 9, 9)),
    "up": (
        [
            {"type": "conv2d_transpose", "filters": 4, "kernel_size": 2, "stride": 3, "padding": 1},
            {"type": "up_sampling2d"},
            conv(3),
        ],
        (2, 4, 4),
    ),
    "norms": (
        [
            conv(1),
            {"type": "local_response_norm", "size": 3, "alpha": 1.0},
            {"type": "batch_norm"},
            conv(3, groups=4),
        ],
        (4, 6, 6),
    ),
    "residual": (
        [
            {"type": "residual", "filters": 4, "activation": "tanh", "stride": 2},
            {"type": "residual", "filters": 4, "activation": "tanh"},
        ],
        (1, 12, 12),
    ),
    "joined": (
        [
            conv(3, padding=1),
            {"type": "branch", "from_layer": 0},
            conv(5, padding=2),
            {"type": "concatenate", "from_layer": 1},
            conv(1, groups=4, filters=8),
        ],
        (1, 9, 9),
    ),
    "softmax": ([conv(1, groups=2), {"type": "activation", "name": "softmax"}], (2, 5, 5)),
    "steps": (
        [
            {"type": "reshape", "shape": [6, 6]},
            {"type": "simple_rnn", "units": 3, "return_sequences": True},
            {"type": "layer_norm"},
        ],
        (1, 6, 6),
    ),
}


@pytest.mark.parametrize("name", EXACT)
def test_every_pixel_inside_has_an_influence_and_none_outside(name):
    """By finite differences: each pixel is changed by itself."""
    layers, shape = EXACT[name]
    net, random = smooth(layers, shape), np.random.default_rng(6)
    x = random.random(shape)
    changed = np.repeat(x[None], x.size + 1, 0)
    for number in range(x.size):
        changed[number + 1].flat[number] += 0.25
    answers = net.activations(changed)
    for row in net.plan.rows:
        for _ in range(3):
            index = tuple(int(random.integers(size)) for size in row.output_shape)
            moved = (
                answers[row.position][(slice(1, None), *index)]
                != (answers[row.position][(0, *index)])
            )
            found = field(net.plan, row.position, index)[0]
            np.testing.assert_array_equal(found, moved.reshape(shape), err_msg=str((row, index)))


def test_gradients_agree_about_the_input():
    """The gradient of one output by the input is zero outside of its field."""
    layers = [conv(3), {"type": "avg_pool2d"}, conv(3, filters=1), {"type": "flatten"}]
    net = smooth(layers, (1, 12, 12))
    x = np.random.default_rng(7).random((1, 1, 12, 12))
    outputs = net.predict(x)
    for cell in range(outputs.shape[1]):
        aim = outputs.copy()
        aim[0, cell] -= 1  # only this output is off its target
        _, _, slope = net.backward(x, aim, False)
        np.testing.assert_array_equal(field(net.plan, 3, (cell,))[0], slope[0] != 0)


def test_sizes_known_from_the_literature():
    """LeNet-5: 5×5, 6×6, 14×14 and 16×16 pixels; at a corner the border cuts them off."""
    plan = networks.network("lenet5").plan
    middle = [(0, (0, 14, 14)), (1, (0, 7, 7)), (2, (0, 5, 5)), (3, (0, 2, 2))]
    assert [box(field(plan, *one)[0]) for one in middle] == [(5, 5), (6, 6), (14, 14), (16, 16)]
    assert box(field(plan, 0, (0, 0, 0))[0]) == (3, 3)
    assert box(field(plan, 5, (3,))[0]) == (28, 28) and share(field(plan, 5, (3,))[0]) == 1.0
    assert share(field(plan, 8, (3,))[8]) == 1.0  # a probability depends on every score


def test_a_padded_kernel_knows_its_first_pixel():
    first = registry.make("layer", conv(3, padding=1))
    net = Network(
        [dataclasses.replace(first, filters=1)], (1, 5, 5), registry.make("loss", {"type": "mse"})
    )
    mask = field(net.plan, 0, (0, 4, 0))[0][0]
    assert mask.sum() == 4 and mask[3:, :2].all()


def test_every_layer_is_followed_or_reads_everything():
    from playground.analysis.cell.field import READS

    assert set(settled("layer")) - set(READS) == {
        *("dense", "embedding", "column_embedding", "sampling")
    }
    assert set(READS) <= set(registry.names("layer"))

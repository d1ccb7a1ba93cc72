"""The stack of layers in words: lines, what is wrong, and repairs that really mend."""

import pytest

from playground.engine import registry
from playground.experiment import Experiment, stacks
from playground.views import stack

LENET = Experiment.preset("lenet5")
LAYERS = LENET.described()["layers"]
POOL, FLATTEN = {"type": "max_pool2d"}, {"type": "flatten"}
CONVOLUTION = {"type": "conv2d", "filters": 32, "kernel_size": 3, "activation": "relu"}
TOO_DEEP = [*LAYERS[:4], POOL, CONVOLUTION, *LAYERS[4:]]


def lines(layers):
    return stack.lines(stacks.changed(LENET, layers))


def test_lenet_reads_as_in_the_paper():
    found, trouble = lines(LAYERS)
    assert trouble is None
    assert [(line.title, line.summary, line.shape, line.parameters) for line in found] == [
        ("Convolution", "6 of 5×5, ReLU", "6×28×28", 156),
        ("Max pool", "2×2", "6×14×14", 0),
        ("Convolution", "16 of 5×5, ReLU", "16×10×10", 2416),
        ("Max pool", "2×2", "16×5×5", 0),
        ("Flatten", "", "400", 0),
        ("Dense", "120, ReLU", "120", 48120),
        ("Dense", "84, ReLU", "84", 10164),
        ("Dense", "10", "10", 850),
    ]
    assert sum(line.parameters for line in found) == 61_706
    assert found[0].multiply_adds == 6 * 28 * 28 * 25


def test_a_layer_that_does_not_fit_is_named_with_shapes_and_the_reason():
    found, trouble = lines(TOO_DEEP)
    assert trouble.position == 5
    assert trouble.reason == "Layer 6: a 3×3 kernel does not fit a 2×2 image."
    assert trouble.because == "Three poolings have shrunk 28×28 too far."
    assert [bool(line.shape) for line in found] == [True] * 5 + [False] * 5
    assert [repair.label for repair in trouble.repairs] == [
        "Pad by 1",
        "Remove layer 5",
        "Remove layer 6",
    ]


BROKEN = {
    "too deep": TOO_DEEP,
    "no flatten": [*LAYERS[:4], *LAYERS[5:]],
    "dense first": [{"type": "dense", "units": 5}, *LAYERS],
    "pooling after dense": [*LAYERS[:-1], POOL, LAYERS[-1]],
    "ends with 84": LAYERS[:-1],
    "ends with maps": LAYERS[:3],
    "nothing at all": [],
    "four poolings": [*LAYERS[:4], POOL, POOL, POOL, *LAYERS[4:]],
}


@pytest.mark.parametrize("layers", BROKEN.values(), ids=BROKEN)
def test_every_repair_offered_makes_a_stack_that_can_be_trained(layers):
    _, trouble = lines(layers)
    assert trouble.repairs
    for repair in trouble.repairs:
        Experiment.model_validate(repair.description).check()


def test_two_faults_are_mended_one_after_the_other():
    layers = [*LAYERS[:4], POOL, CONVOLUTION, *LAYERS[5:-1]]  # too deep, no flatten, 84 outputs
    for _ in range(4):
        _, trouble = lines(layers)
        if trouble is None:
            break
        layers = trouble.repairs[0].description["layers"]
    assert lines(layers)[1] is None


def test_a_wrong_number_of_outputs_is_a_fault_of_the_last_layer():
    found, trouble = lines(LAYERS[:-1])
    assert trouble.position == 6 and "84 outputs" in trouble.reason
    assert all(line.shape for line in found)
    assert trouble.repairs[0].description["layers"][-1]["units"] == 10


@pytest.mark.parametrize("kind", [piece.type for piece in registry.pieces("layer")])
def test_every_layer_has_a_line_and_a_place(kind):
    position = stack.place(LENET, {"type": kind})
    assert 0 <= position < len(LAYERS)
    layers = [*LAYERS[:position], {"type": kind}, *LAYERS[position:]]
    found, trouble = lines(layers)
    for repair in trouble.repairs if trouble else ():
        Experiment.model_validate(repair.description).check()
    assert trouble is None or trouble.repairs
    assert found[position].title == registry.get("layer", kind).title
    assert len(found[position].summary) < 25


def test_image_layers_go_before_the_flatten_and_dense_ones_before_the_output():
    assert stack.place(LENET, CONVOLUTION) == 4
    assert stack.place(LENET, {"type": "dense"}) == 7

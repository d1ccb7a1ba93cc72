"""What the flow, the filters, the judgement and the drawing show of a real network."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.analysis.judgement import Judgement, judge
from playground.data.strokes import prepare, rasterize
from playground.engine import plan, registry
from playground.views import drawing, filters, flow, judgement
from playground.views.packing import pack, unpack

SHIPPED = "assets/networks/lenet5.safetensors"


@pytest.fixture(scope="module")
def snapshot():
    return Run.load(SHIPPED).snapshot()


@pytest.fixture(scope="module")
def image(snapshot):
    return snapshot.data.test.x[0]  # a seven


def stages(payload):
    return [stage for column in payload["columns"] for stage in column]


def test_every_layer_has_its_picture_in_order(snapshot, image):
    shown = stages(flow.layers(snapshot, image))
    assert [(stage["kind"], stage["name"], stage["note"]) for stage in shown] == [
        ("image", "Image", "1×28×28"),
        ("maps", "Convolution", "6×28×28"),
        ("maps", "Max pool", "6×14×14"),
        ("maps", "Convolution", "16×10×10"),
        ("maps", "Max pool", "16×5×5"),
        ("units", "Dense", "120"),
        ("units", "Dense", "84"),
        ("bars", "Probability", ""),
    ]
    assert [len(column) for column in flow.layers(snapshot, image)["columns"]] == [1, 2, 2, 2, 1]
    wide = flow.layers(snapshot, image, wide=True)
    assert [len(column) for column in wide["columns"]] == [1] * 8


def test_the_numbers_shown_are_the_networks_own(snapshot, image):
    shown = stages(flow.layers(snapshot, image, wide=True))
    answers = snapshot.activations(image[None])
    np.testing.assert_array_equal(shown[1]["values"].reshape(6, 28, 28), answers[0][0])
    np.testing.assert_array_equal(shown[2]["values"].reshape(6, 14, 14), answers[1][0])
    np.testing.assert_array_equal(shown[5]["values"], answers[5][0])
    np.testing.assert_array_equal(shown[7]["values"], answers[7][0])
    assert shown[1]["values"].min() >= 0  # ReLU
    bars = stages(flow.layers(snapshot, image))[-1]
    assert bars["values"].sum() == pytest.approx(1) and bars["values"].argmax() == 7


def test_max_pooling_seen_from_outside(snapshot, image):
    """An independent truth: each pooled cell is the largest of the four cells above it."""
    shown = stages(flow.layers(snapshot, image))
    before = shown[1]["values"].reshape(6, 14, 2, 14, 2)
    np.testing.assert_array_equal(before.max((2, 4)), shown[2]["values"].reshape(6, 14, 14))


def test_payloads_survive_the_way_to_the_browser(snapshot, image):
    payload = flow.layers(snapshot, image)
    back = stages(unpack(pack(payload)))
    np.testing.assert_allclose(back[3]["values"], stages(payload)[3]["values"])
    assert len(pack(payload)) < 60_000


DEEP = [
    {"type": "conv2d", "filters": 32, "kernel_size": 3, "padding": 1, "activation": "relu"},
    {"type": "conv2d", "filters": 32, "kernel_size": 3, "padding": 1, "activation": "relu"},
    {"type": "max_pool2d"},
    {"type": "conv2d", "filters": 64, "kernel_size": 3, "padding": 1, "activation": "relu"},
    {"type": "conv2d", "filters": 64, "kernel_size": 3, "padding": 1, "activation": "relu"},
    {"type": "max_pool2d"},
    {"type": "dropout"},
    {"type": "flatten"},
    {"type": "dense", "units": 300, "activation": "relu"},
    {"type": "dense", "units": 10},
]


@pytest.mark.parametrize(
    "layers", [DEEP, DEEP[7:8] + DEEP[-1:], DEEP[7:]], ids=["deep", "linear", "dense"]
)
def test_any_stack_fits_the_page(layers):
    few = {"type": "mnist", "samples": 500}
    told = {**Experiment.preset("mnist_linear").described(), "layers": layers, "data": few}
    fresh = Run(Experiment.model_validate(told)).snapshot()
    payload = flow.layers(fresh, fresh.data.test.x[0])
    assert len(payload["columns"]) <= 2 + flow.NARROW
    assert not {"Flatten", "Dropout"} & {stage["name"] for stage in stages(payload)}
    for stage in stages(payload):
        if stage["kind"] in flow.SHOWN:
            assert stage["count"] <= flow.SHOWN[stage["kind"]]
            assert stage["values"].size == stage["count"] * stage["width"] * stage["height"]
            told = int(stage["note"].split("×")[0].split(" ")[0])
            assert told == stage["count"]
    assert sum(stage["values"].size for stage in stages(payload)) < 120_000


def test_filters_are_the_kernels_of_the_first_layer(snapshot):
    note, payload = filters.first_layer(snapshot)
    [stage] = stages(payload)
    assert note == "6 filters of 5×5; orange −, blue +"
    kernels = snapshot.network.state_dict()["0.weight"]
    np.testing.assert_array_equal(stage["values"].reshape(6, 5, 5), kernels[:, 0])


def test_weights_of_a_dense_layer_that_sees_pixels_are_pictures():
    run = Run(Experiment.preset("mnist_linear"))
    weights = filters.pictures(run.snapshot())
    np.testing.assert_array_equal(weights.reshape(10, 784), run.network.state_dict()["1.weight"])


def test_confusion_counts_every_test_image_once(snapshot):
    judged = judge(snapshot)
    counts = judged.confusion
    assert counts.sum() == 10_000
    assert np.array_equal(counts.sum(1), np.bincount(snapshot.data.test.y))
    assert np.trace(counts) == 10_000 - len(judged.mistakes)
    assert np.trace(counts) / 10_000 == pytest.approx(snapshot.metrics["test"]["accuracy"])
    sure = judged.probabilities[judged.mistakes].max(1)
    assert (np.diff(sure) <= 0).all()
    assert (judged.answers[judged.mistakes] != judged.labels[judged.mistakes]).all()
    figure = judgement.confusion(judged)
    wrong, right = figure["data"]
    assert wrong["text"][3][3] == "" and right["text"][3][3] == str(counts[3, 3])
    pack(figure)


def test_a_class_never_read_rightly_gets_no_mark_of_success():
    labels, always_four = np.arange(10), np.eye(10)[np.full(10, 4)]
    judged = Judgement(np.zeros((10, 1, 28, 28)), labels, always_four, tuple("0123456789"))
    wrong, right = judgement.confusion(judged)["data"]
    marked = np.argwhere(np.array(right["z"]) == 1)
    assert marked.tolist() == [[4, 4]]
    assert wrong["z"][3][4] == 1 and wrong["text"][3][4] == "1"


def test_examples_mark_right_and_wrong_with_a_sign(snapshot):
    wrong = judge(snapshot).mistakes[0]
    [tiles] = stages(judgement.examples(snapshot, np.array([0, wrong])))
    assert tiles["captions"][0] == "7 ✓"
    assert "→" in tiles["captions"][1] and tiles["captions"][1].endswith("✗")
    assert tiles["wrong"] == [0, 1]


def test_no_certainty_is_made_up():
    names = list("0123456789")
    sure = np.full(10, 0.00001)
    sure[4] = 1 - sure[:4].sum() * 9 / 4
    [answer, bars] = stages(drawing.verdict(names, sure))
    assert answer["label"] == "4" and answer["note"] == ">99.9 %"
    unsure = np.full(10, 0.06)
    unsure[[3, 8]] = 0.27, 0.25
    assert drawing.doubt(names, unsure) == "Not sure: **3** or **8**? The runner-up has 25.0 %."
    [answer, bars] = stages(drawing.verdict(names, None))
    assert answer["label"] == "" and len(bars["values"]) == 0


def test_reasons_are_what_erasing_does(snapshot):
    """The most telling pixel, erased by hand, lowers the lead by exactly what the picture says."""
    image = prepare(rasterize([[[200, 200], [750, 200], [450, 850]]]))[None]
    chances = snapshot.probabilities(snapshot.predict(image[None]))[0]
    top, second = drawing.order(chances)
    assert top == 7
    speaks = drawing.reasons(snapshot, image, top, second)
    assert not speaks[image[0] == 0].any() and speaks.max() > 0
    row, column = np.unravel_index(speaks.argmax(), speaks.shape)
    erased = image.copy()
    erased[:, row - 1 : row + 2, column - 1 : column + 2] = 0
    scores = [snapshot.predict(one[None])[0] for one in (image, erased)]
    lead = [one[top] - one[second] for one in scores]
    assert speaks[row, column] == pytest.approx(lead[0] - lead[1], rel=1e-4)


def test_real_digits_drawn_large_and_prepared_again_are_read_as_before(snapshot):
    test = snapshot.data.test
    images = []
    for index, image in enumerate(test.x[:300, 0]):
        large = np.zeros((280, 310), np.uint8)  # nine times as large, somewhere on a canvas
        top, left = index % 28, index % 58
        large[top : top + 252, left : left + 252] = np.kron(image, np.ones((9, 9), np.uint8))
        images.append(prepare(large)[None])
    before = snapshot.predict(test.x[:300]).argmax(1)
    after = snapshot.predict(np.stack(images)).argmax(1)
    assert np.mean(after == test.y[:300]) >= 0.98
    assert np.mean(after == before) >= 0.99


def test_a_sequence_is_one_picture_with_a_row_for_every_step():
    lstm = registry.make("layer", {"type": "lstm", "units": 32, "return_sequences": True})
    values = np.arange(224, dtype=np.float32).reshape(7, 32)
    stage = flow.stage(plan([lstm], (7, 3)).rows[0], values)
    assert (stage["kind"], stage["count"], stage["height"], stage["width"]) == ("maps", 1, 7, 32)
    assert np.array_equal(stage["values"].reshape(7, 32), values) and stage["note"] == "7×32"

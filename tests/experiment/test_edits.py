"""Edits of an Experiment."""

import pytest

from playground.engine import registry
from playground.engine.losses import Distance
from playground.experiment import Experiment, ValidationError, checks, edits


@pytest.fixture
def circle():
    return Experiment.preset("circle")


def made(description):
    return Experiment.model_validate(description)


def test_one_value_changes_and_nothing_else(circle):
    changed = made(edits.put(circle, ("layers", 0, "units"), 7))
    assert changed.layers[0].units == 7
    assert edits.put(changed, ("layers", 0, "units"), 4) == circle.described()


def test_another_optimizer_keeps_what_was_chosen_not_what_was_default(circle):
    chosen = made(edits.put(circle, ("optimizer", "learning_rate"), 0.3))
    assert made(edits.put(chosen, ("optimizer", "type"), "adam")).optimizer.learning_rate == 0.3
    usual = made(edits.put(circle, ("optimizer", "type"), "adam"))
    assert usual.optimizer.learning_rate == 0.001


def test_another_data_set_keeps_noise_and_inputs_but_takes_its_own_size(circle):
    chosen = made(edits.put(circle, ("data", "noise"), 20))
    chosen = made(edits.put(chosen, ("data", "features"), ["x1", "sin_x2"]))
    hills = made(edits.put(chosen, ("data", "type"), "reg_gauss"))
    assert (hills.data.noise, hills.data.features, hills.data.samples) == (
        20,
        ("x1", "sin_x2"),
        1200,
    )


def test_values_need_another_loss_and_a_linear_output(circle):
    hills = made(edits.put(circle, ("data", "type"), "reg_gauss"))
    assert hills.loss.type == "mse" and hills.layers[-1].activation == "identity"
    assert edits.problem(hills) is None
    back = made(edits.put(hills, ("data", "type"), "circle"))
    assert back.layers[-1].activation == "tanh" and edits.problem(back) is None


@pytest.mark.parametrize(
    ("loss", "units", "activation"),
    [
        ("mse", 1, "tanh"),
        ("binary_cross_entropy", 1, "identity"),
        ("softmax_cross_entropy", 2, "identity"),
    ],
)
def test_the_last_layer_follows_the_loss(circle, loss, units, activation):
    changed = made(edits.put(circle, ("loss", "type"), loss))
    assert (changed.layers[-1].units, changed.layers[-1].activation) == (units, activation)
    assert edits.problem(changed) is None


def test_layers_come_go_and_change_places(circle):
    more = made(edits.add_layer(circle, 1, {"type": "dense", "units": 3}))
    assert [layer.units for layer in more.layers] == [4, 3, 2, 1]
    moved = made(edits.move_layer(more, 1, 1))
    assert [layer.units for layer in moved.layers] == [4, 2, 3, 1]
    assert edits.remove_layer(moved, 2) == circle.described()


def test_what_cannot_run_is_explained(circle):
    problem = edits.problem(made(edits.add_layer(circle, 1, {"type": "max_pool2d"})))
    assert problem.position == 1 and problem.message
    problem = edits.problem(made(edits.put(circle, ("layers", 2, "units"), 3)))
    assert problem.position == 2 and "3 outputs" in problem.message


def test_the_words_name_what_changed(circle):
    wider = made(edits.put(circle, ("layers", 0, "units"), 8))
    assert edits.why_again(circle, wider) == "The network has changed, so training starts again."
    noisy = made(edits.put(circle, ("data", "noise"), 8))
    assert edits.why_again(circle, noisy).startswith("The points have changed")


def test_errors_become_sentences(circle):
    with pytest.raises(ValidationError) as refused:
        made(edits.put(circle, ("batch_size",), 0))
    assert edits.sentence(refused.value).startswith("batch_size:")
    assert edits.sentence(KeyError()) == "KeyError."


# ---- every loss, and what else must follow ----


@pytest.mark.parametrize("loss", checks.losses("classification"))
def test_every_loss_finds_an_output_that_suits_it(circle, loss):
    changed = made(edits.put(circle, ("loss", "type"), loss))
    assert edits.problem(changed) is None and not edits.refusal(changed)
    bounded = issubclass(registry.get("loss", loss), Distance)
    assert changed.layers[-1].activation == ("tanh" if bounded else "identity")
    images = made(edits.put(Experiment.preset("mnist_mlp"), ("loss", "type"), loss))
    assert edits.problem(images) is None and images.layers[-1].units == 10
    assert images.layers[-1].activation == "identity"


@pytest.mark.parametrize("loss", checks.losses("regression"))
def test_every_loss_of_numbers_keeps_a_linear_output(loss):
    changed = made(edits.put(Experiment.preset("reg_plane"), ("loss", "type"), loss))
    assert edits.problem(changed) is None and changed.layers[-1].activation == "identity"


def test_conditions_to_stop_are_set_and_cleared(circle):
    changed = made(edits.put(circle, ("stop", "patience"), 5))
    changed = made(edits.put(changed, ("stop", "min_delta"), 0.01))
    assert (changed.stop.patience, changed.stop.min_delta) == (5, 0.01)
    assert made(edits.put(changed, ("stop", "patience"), None)).stop.patience is None


def test_a_goal_for_the_accuracy_goes_with_the_classes(circle):
    changed = made(edits.put(circle, ("stop", "target_accuracy"), 0.9))
    slope = made(edits.put(changed, ("data", "type"), "reg_plane"))
    assert slope.stop.target_accuracy is None and not edits.refusal(slope)


def test_what_no_other_layer_would_mend_is_refused(circle):
    layers = [{"type": "batch_norm"}, *circle.described()["layers"]]
    normed = {**circle.described(), "layers": layers}
    assert edits.read(normed).layers[0].type == "batch_norm"
    with pytest.raises(ValidationError, match="take 2 or more"):
        edits.read({**normed, "batch_size": 1})
    assert "take 2 or more" in edits.refusal(made({**normed, "batch_size": 1}))


def test_a_new_loss_is_what_changed_though_the_last_layer_follows(circle):
    after = made(edits.put(circle, ("loss", "type"), "softmax_cross_entropy"))
    assert edits.why_again(circle, after).startswith("The loss has changed")
    after = made(edits.put(circle, ("schedule", "type"), "cosine"))
    assert edits.why_again(circle, after).startswith("The course of the learning rate has changed")


def test_the_data_are_normalised_by_a_first_layer_that_comes_and_goes():
    lenet = Experiment.preset("lenet5")
    assert edits.normalisation(lenet) == "none" and edits.normalised(lenet, "none") == (
        lenet.described()
    )
    each = made(edits.normalised(lenet, "layer_norm"))
    assert edits.normalisation(each) == "layer_norm" and len(each.layers) == len(lenet.layers) + 1
    batch = made(edits.normalised(each, "batch_norm")).check()
    assert [one.type for one in batch.layers[:2]] == ["batch_norm", "conv2d"]
    assert made(edits.normalised(batch, "none")) == lenet

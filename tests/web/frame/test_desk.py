"""What one visitor has on a page."""

import pytest

from playground.experiment import Experiment, edits, repairs
from playground.web.frame import arrivals


def test_play_pause_and_step(desk):
    desk.toggle()
    assert desk.playing and desk.busy
    desk.toggle()
    assert not desk.playing
    before = desk.snapshot().step
    desk.step()
    assert desk.snapshot().step == before + 1


def test_the_learning_rate_changes_live_the_structure_starts_again(desk):
    desk.step()
    run = desk.run
    desk.put(("optimizer", "learning_rate"), 0.1)
    assert desk.run is run and desk.snapshot().step == 1 and not desk.notice
    desk.put(("layers", 0, "units"), 5)
    assert desk.run is not run and desk.snapshot().step == 0
    assert "network has changed" in desk.notice


def test_a_playing_run_goes_on_playing_after_a_change_of_structure(desk):
    desk.toggle()
    desk.put(("layers", 0, "units"), 5)
    assert desk.playing


def test_nothing_is_said_about_starting_again_before_anything_was_trained(desk):
    desk.put(("layers", 0, "units"), 5)
    assert not desk.notice


def test_reseed_draws_other_weights_for_the_same_points(desk, default):
    before, points = desk.snapshot().network.state_dict(), desk.snapshot().data.train.x
    desk.reseed()
    after = desk.snapshot()
    assert (after.network.state_dict()["0.weight"] != before["0.weight"]).all()
    assert (after.data.train.x == points).all()
    assert desk.experiment == desk.run.experiment != default()


def test_reset_brings_the_same_weights_back(desk):
    before = desk.snapshot().network.state_dict()["0.weight"].copy()
    desk.step()
    desk.reset()
    assert (desk.snapshot().network.state_dict()["0.weight"] == before).all()


def test_an_impossible_stack_keeps_the_last_run_and_can_be_undone(desk, default):
    desk.step()
    run = desk.run
    desk.change_to(edits.add_layer(desk.experiment, 1, {"type": "max_pool2d"}))
    assert desk.problem.position == 1 and desk.run is run
    assert len(desk.experiment.layers) == 4
    desk.undo()
    assert desk.problem is None and desk.experiment == default() and desk.run is run


def test_a_repair_makes_an_impossible_stack_run(desk, default):
    desk.change_to(edits.add_layer(desk.experiment, 1, {"type": "max_pool2d"}))
    [removal] = repairs.repairs(desk.experiment)
    desk.change_to(removal.description)
    assert desk.problem is None and desk.experiment == default()


def test_a_value_out_of_bounds_is_explained_and_changes_nothing(desk, default):
    desk.put(("batch_size",), 0)
    assert desk.error.startswith("batch_size:") and desk.experiment == default()


def test_a_link_restores_the_set_up(desk, default):
    wanted = Experiment.model_validate(edits.put(default(), ("layers", 0, "units"), 7))
    desk.follow_link(wanted.to_link())
    assert desk.experiment == wanted and not desk.error
    assert desk.snapshot().experiment == wanted


@pytest.mark.parametrize("link", ["", "garbage", "1!!!!", "1" + "A" * 5000, "0" * 40])
def test_garbage_in_a_link_is_explained_and_changes_nothing(desk, link, default):
    desk.follow_link(link)
    assert desk.error and desk.experiment == default()


def test_a_link_for_another_page_is_explained(desk, default):
    desk.follow_link(Experiment.preset("lenet5").to_link())
    assert "Digits page" in desk.error and desk.experiment == default()


def test_only_a_changed_set_up_needs_a_link(desk):
    assert desk.link() is None
    desk.put(("data", "noise"), 15)
    assert Experiment.from_link(desk.link()) == desk.experiment


def test_a_saved_network_comes_back_with_its_weights(desk):
    desk.put(("layers", 0, "units"), 3)
    desk.step()
    kept, weights = arrivals.weights(desk), desk.snapshot().network.state_dict()
    desk.reset()
    arrivals.open_file(desk, "network.safetensors", kept)
    assert not desk.error
    for name, values in desk.snapshot().network.state_dict().items():
        assert (values == weights[name]).all()


def test_a_set_up_comes_back_from_json(desk):
    wanted = Experiment.preset("spiral")
    arrivals.open_file(desk, "set-up.json", wanted.to_json().encode())
    assert desk.experiment == wanted and not desk.error


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"{"),
        ("a.json", b"\xff\xfe"),
        ("a.json", b"[" * 90_000),
        ("a.json", b'{"version": 1}'),
        ("a.safetensors", b"no weights"),
        ("a.safetensors", b"\x10" + b"\0" * 20),
    ],
)
def test_a_bad_file_is_explained_and_changes_nothing(desk, name, content, default):
    arrivals.open_file(desk, name, content)
    assert desk.error.startswith("This file cannot be opened") and desk.experiment == default()


def test_a_diverged_run_can_be_started_slower(desk):
    desk.put(("loss", "type"), "mse")
    desk.put(("layers", 2, "activation"), "identity")
    desk.put(("optimizer", "learning_rate"), 100.0)
    for _ in range(200):
        desk.step()
        if desk.snapshot().status == "diverged":
            break
    snapshot = desk.snapshot()
    assert snapshot.status == "diverged" and snapshot.message
    desk.restart_with({("optimizer", "learning_rate"): 0.03})
    assert desk.snapshot().status == "ready" and desk.experiment.optimizer.learning_rate == 0.03


def test_a_weight_is_set_by_hand_and_nonsense_is_explained(desk):
    desk.set_parameter("0.weight", (1, 0), 2.5)
    assert desk.snapshot().network.state_dict()["0.weight"][1, 0] == 2.5 and not desk.error
    desk.set_parameter("0.weight", (1, 0), float("inf"))
    assert desk.error and desk.snapshot().network.state_dict()["0.weight"][1, 0] == 2.5


# ---- the visitor comes and goes ----


def test_a_closed_tab_pauses_at_once_and_closes_later(desk):
    desk.toggle()
    desk.go_away()
    assert not desk.playing
    desk.close()
    assert desk.run is None


def test_a_lost_connection_goes_on_where_it_stopped(desk):
    desk.toggle()
    desk.go_away()
    assert not desk.playing
    desk.come_back()
    assert desk.playing


def test_who_had_paused_comes_back_to_a_pause(desk):
    desk.go_away()
    desk.come_back()
    assert not desk.playing

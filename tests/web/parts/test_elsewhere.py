"""What a page says about training on another one."""

import time

import pytest

from playground.experiment import Experiment
from playground.web.frame.desk import Desk
from playground.web.parts import elsewhere


@pytest.fixture
def desk():
    made = Desk("digits", lambda: Experiment.preset("circle"), lambda experiment: "")
    made.ready()
    end = time.monotonic() + 30
    while made.run.status == "compiling":
        assert time.monotonic() < end
        time.sleep(0.05)
    yield made
    made.run.close()


def test_the_sentence_says_name_state_epoch_and_accuracy(desk):
    desk.play()
    desk.run.watch()
    assert elsewhere.sentence(desk).startswith("Circle is training: epoch ")
    desk.pause()
    snapshot = desk.snapshot()
    told = elsewhere.sentence(desk)
    assert told == (
        f"Circle rests: epoch {snapshot.epoch:,.1f}, "
        f"{100 * snapshot.metrics['test']['accuracy']:.1f} %"
    )


def test_layers_of_ones_own_have_no_name_and_values_a_loss(desk):
    described = Experiment.preset("reg_plane").described()
    described["layers"][0]["activation"] = "tanh"
    desk.change_to(described)
    desk.step()
    told = elsewhere.sentence(desk)
    assert told.startswith("Your network rests: epoch 0.0, loss 0.")


def test_an_end_by_itself_is_told(desk):
    desk.change_to({**desk.experiment.described(), "stop": {"epochs": 2}})
    desk.play()
    end = time.monotonic() + 30
    while desk.busy:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert elsewhere.sentence(desk).startswith("Circle has finished: epoch 2.0, ")

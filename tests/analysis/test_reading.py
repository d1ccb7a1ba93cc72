"""What units say of a text, whichever way it is read."""

import numpy as np
import pytest

from playground.analysis import memory, reading
from playground.experiment import Experiment
from playground.training import evaluation
from playground.training.run import Run

TEXT = {"type": "text", "source": "own", "content": "to be or not to be? " * 30, "length": 10}


def snapshot(**options):
    layers = [
        {"type": "embedding", "input_dim": 10, "output_dim": 3},
        {"type": "gru", "units": 4, "return_sequences": True, **options},
        {"type": "dense", "units": 8},
    ]
    return Run(Experiment.preset("text_gru").changed(data=TEXT, layers=layers)).snapshot()


@pytest.mark.parametrize(
    ("options", "strand"), [({}, 0), ({"num_layers": 2}, 0), ({"num_layers": 2}, 1)]
)
def test_a_passage_has_the_hidden_states_of_its_strand(options, strand):
    read = snapshot(**options)
    passage = reading.passage(read, strand, 1, 3)
    network, x = read.network, read.data.test.x[1:4]
    values = [x[2], *(layer[2] for layer in network.activations(x))]
    own = memory.unroll(network.plan, network.state_dict(), values)[strand].values["h"]
    assert passage.values.shape == (30, 4) and passage.windows == 3
    np.testing.assert_allclose(passage.values[20:], own, atol=1e-5)
    assert passage.text == "".join(read.data.alphabet[int(code)] for code in x.ravel())


def test_a_glance_at_text_takes_so_many_answers():
    train = Run(Experiment.preset("text_gru")).data.train
    glance = evaluation.sample(train)
    assert glance.y.size <= evaluation.ANSWERS < train.y.size / 2
    assert len(evaluation.sample(glance)) == len(glance)

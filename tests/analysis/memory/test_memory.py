"""Hidden states, gates and gradients over time: the engine's own, and those of differences."""

import numpy as np
import pytest

from playground.analysis import memory
from playground.analysis.cell.slopes import Slopes
from playground.analysis.memory.strands import advance
from playground.engine import Network, losses, registry

KINDS = ("simple_rnn", "lstm", "gru")
WAYS = {
    "plain": {},
    "every step": {"return_sequences": True},
    "both ways": {"bidirectional": True},
    "deep": {"num_layers": 2, "bidirectional": True, "return_sequences": True},
}


def network(kind, way, time=6, dense=True, **options):
    layers = [{"type": kind, "units": 3, **WAYS[way], **options}]
    flat = [{"type": "flatten"}] if WAYS[way].get("return_sequences") else []
    layers += [*flat, {"type": "dense", "units": 2}] if dense else []
    made = [registry.make("layer", layer) for layer in layers]
    network = Network(made, (time, 2), losses.MSE(), seed=3)
    random = np.random.default_rng(4)
    for name in network.declared:  # biases, too, or their place in a sum would not show
        network.parameter(name)[...] = random.normal(size=network.parameter(name).shape)
    return network


def unrolled(network, x):
    values = [x, *(answer[0] for answer in network.activations(x[None]))]
    return values, memory.unroll(network.plan, network.state_dict(), values)


def sequence(time=6, features=2):
    return np.random.default_rng(5).normal(size=(time, features)).astype(np.float32)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_hidden_states_are_the_engines(kind, way):
    values, strands = unrolled(network(kind, way), sequence())
    ends = 2 if WAYS[way].get("bidirectional") else 1
    last = strands[-ends:]
    if WAYS[way].get("return_sequences"):
        own = np.concatenate([strand.values["h"] for strand in last], axis=1)
    else:
        own = np.concatenate([strand.values["h"][strand.steps[-1]] for strand in last], axis=0)
    np.testing.assert_allclose(own, values[1], rtol=1e-5, atol=1e-6)
    assert [strand.level for strand in strands] == sorted(strand.level for strand in strands)


def test_a_relu_and_a_sequence_of_one_step():
    values, [strand] = unrolled(network("simple_rnn", "plain", 1, activation="relu"), sequence(1))
    np.testing.assert_allclose(strand.values["h"][0], values[1], rtol=1e-5, atol=1e-6)
    assert strand.values["h"].min() == 0 or (strand.values["h"] > 0).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_the_arithmetic_on_show_gives_the_number(kind, way):
    _, strands = unrolled(network(kind, way), sequence())
    for strand in strands:
        for part in strand.parts:
            for step in (0, 2, 5):
                work = memory.work(strand, part.name, step, 1)
                value = strand.values[part.name][step, 1]
                assert work.value == pytest.approx(value, abs=1e-12)
                assert work.lines[-1].value == work.value
                if work.terms is None:
                    continue
                terms = work.terms
                np.testing.assert_allclose(terms.inputs * terms.weights, terms.parts)
                total = sum(line.value for line in work.lines[:2])
                assert terms.parts.sum() == pytest.approx(total)
                led = terms.places >= 0
                assert led.any() == (strand.before(step) is not None)
                there = strand.values["h"].ravel()[terms.places[led]]
                np.testing.assert_array_equal(there, terms.inputs[led])


def test_the_sum_of_a_forget_gate_by_hand():
    net = network("lstm", "every step")
    _, [strand] = unrolled(net, sequence())
    state, step, unit = net.state_dict(), 4, 2
    row = 3 + unit  # i, f, g, o
    total = (
        state["0.weight_ih_l0"][row] @ strand.x[step]
        + state["0.weight_hh_l0"][row] @ strand.values["h"][step - 1]
        + state["0.bias_ih_l0"][row]
        + state["0.bias_hh_l0"][row]
    )
    work = memory.work(strand, "f", step, unit)
    assert work.lines[2].value == pytest.approx(float(total), rel=1e-5)
    assert work.value == pytest.approx(1 / (1 + np.exp(-float(total))), rel=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_the_slope_by_the_input_is_the_engines(kind, way):
    net, x = network(kind, way), sequence()
    slopes = Slopes(net).of_score(net, x, 1).values
    _, strands = unrolled(net, x)
    flows = memory.through_time(strands, slopes[1])
    ends = 2 if WAYS[way].get("bidirectional") else 1
    own = np.sum([flow.x for flow in flows[:ends]], axis=0)
    np.testing.assert_allclose(own, slopes[0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["plain", "every step"])
def test_gradients_by_hidden_states_are_those_of_differences(kind, way):
    """Moving h_t, and letting the steps after it go on, moves the score by the gradient."""
    net, x = network(kind, way), sequence()
    slope = Slopes(net).of_score(net, x, 0).values[1]
    _, [strand] = unrolled(net, x)
    [flow] = memory.through_time([strand], slope)
    entered = strand.x @ strand.weights.ih.T + strand.weights.bias_ih
    slope = slope if slope.ndim == 2 else np.vstack([np.zeros((5, 3)), slope])

    def score(step, moved):
        state = {name: strand.values[name][step].copy() for name in "hc" if name in strand.values}
        state["h"] = state["h"] + moved
        total = slope[step] @ state["h"]
        for later in range(step + 1, 6):
            state = advance(strand, entered[later], state)
            total += slope[later] @ state["h"]
        return total

    for step in range(6):
        for unit in range(3):
            push = 1e-6 * np.eye(3)[unit]
            by_difference = (score(step, push) - score(step, -push)) / 2e-6
            assert flow.h[step, unit] == pytest.approx(by_difference, rel=1e-5, abs=1e-8)
    np.testing.assert_allclose(memory.norms(flow), np.sqrt((flow.h**2).sum(1)))

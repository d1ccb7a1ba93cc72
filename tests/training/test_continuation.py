"""Text and series that go on: the same seed, the prompt, and what a network cannot know."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.training.continuation import Writer, draw


def text_run(**changes):
    text = "the cat sat on the mat and the dog sat on the log. " * 20
    data = {"type": "text", "source": "own", "content": text, "length": 16, **changes}
    letters = len(set(text))
    layers = [
        {"type": "embedding", "input_dim": letters, "output_dim": 6},
        {"type": "gru", "units": 12, "return_sequences": True},
        {"type": "dense", "units": letters},
    ]
    return Run(
        Experiment.model_validate(
            {
                "data": data,
                "layers": layers,
                "loss": {"type": "softmax_cross_entropy"},
                "optimizer": {"type": "adam", "learning_rate": 0.02},
                "batch_size": 8,
            }
        ).check()
    )


def test_text_goes_on_and_is_learned():
    run = text_run(carry_state=True)
    before = run.evaluate()
    run.train(epochs=30, callback=lambda record: None)
    after = run.evaluate()
    assert after["bits"] < 1 < before["bits"]
    assert after["perplexity"] == pytest.approx(2 ** after["bits"])
    assert after["loss"] == pytest.approx(after["bits"] * np.log(2), rel=1e-6)
    assert "the" in run.generate(60, "the cat sat on ", temperature=0)
    words = run.generate(50, "the ", seed=3)
    assert len(words) == 50 and words == run.generate(50, "the ", seed=3)
    assert words != run.generate(50, "the ", seed=4) and run.generate(0) == ""
    with pytest.raises(ValueError, match="has no “X”, “Z”"):
        run.generate(5, "Z the X")
    for wrong in ({"length": -1}, {"length": 5, "temperature": -1}, {"length": 10**6}):
        with pytest.raises(ValueError, match="is a number from 0"):
            run.generate(**wrong)


def test_reading_letter_by_letter_is_reading_at_once():
    run = text_run()
    run.train(epochs=1, callback=lambda record: None)
    writer, data = Writer(run.freeze(), run.data), run.data
    prompt = "the cat sat on"
    x = [data.alphabet.index(letter) for letter in data.alphabet[0] + prompt]
    padded = np.array([x + [0] * (16 - len(x))], np.float32)
    whole = run.network.loss.probabilities(run.network.predict(padded))[0, len(x) - 1]
    np.testing.assert_allclose(writer.read(prompt), whole, atol=1e-6)


def test_temperature():
    chances, random = np.array([0.1, 0.7, 0.2]), np.random.default_rng(1)
    assert draw(chances, 0, random) == 1
    for temperature in (0.5, 1.0, 2.0):
        counts = np.bincount([draw(chances, temperature, random) for _ in range(4000)])
        shares = chances ** (1 / temperature)
        np.testing.assert_allclose(counts / 4000, shares / shares.sum(), atol=0.03)


def test_a_series_goes_on_from_its_end_and_from_numbers():
    wave = np.round(10 + 3 * np.sin(np.arange(200) * 2 * np.pi / 10), 6)
    column = " ".join(map(str, wave.tolist()))
    run = Run(
        Experiment.model_validate(
            {
                "data": {"type": "series", "source": "own", "column": column, "length": 20},
                "layers": [
                    {"type": "gru", "units": 12, "return_sequences": True},
                    {"type": "dense", "units": 1},
                ],
                "loss": {"type": "mse"},
                "optimizer": {"type": "adam", "learning_rate": 0.02},
                "batch_size": 16,
            }
        ).check()
    )
    run.train(epochs=40, callback=lambda record: None)
    ahead = 10 + 3 * np.sin(np.arange(200, 210) * 2 * np.pi / 10)
    np.testing.assert_allclose(run.generate(10), ahead, atol=1)
    np.testing.assert_allclose(run.generate(3, wave[:20].tolist()), wave[20:23], atol=1)
    for prompt in ("ten eleven", "nan 1 2"):
        with pytest.raises(ValueError, match="numbers"):
            run.generate(3, prompt)
    with pytest.raises(ValueError, match="far beyond"):
        run.generate(3, "10 11 1e300 -1.7e308")


def test_a_network_of_answers_does_not_go_on():
    with pytest.raises(ValueError, match="answers questions"):
        Run(Experiment.preset("adding_gru")).generate(3)

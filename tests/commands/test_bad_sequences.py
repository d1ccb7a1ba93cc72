"""Texts, series and prompts that are none, on the command line: a sentence each."""

import json

import pytest

from playground import Experiment, Run
from tests.commands.test_command_line import call, fails

GRU = {"type": "gru", "units": 3, "return_sequences": True}
TEXT = [{"type": "embedding", "input_dim": 9}, GRU, {"type": "dense", "units": 9}]
SERIES = [GRU, {"type": "dense", "units": 1}]


def described(data, **more):
    text = data["type"] == "text"
    return {
        "data": data,
        "layers": TEXT if text else SERIES,
        "loss": {"type": "softmax_cross_entropy" if text else "mse"},
        "optimizer": {"type": "adam", "learning_rate": 0.01},
        "batch_size": 8,
        "stop": {"epochs": 1},
        **more,
    }


def own(**data):
    return {"source": "own", "length": 4, **data}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (own(type="text", content=""), "The text is empty"),
        (own(type="text", content="a" * 300), "over and over"),
        (own(type="text", content="\0\1" * 300), "another kind of file"),
        (own(type="text", content="words " * 200_000), "at most"),
        (own(type="series", column="1 2 3"), "at least 10"),
        (own(type="series", column="5 " * 40), "nothing to forecast"),
        (own(type="series", column="1 2 x " * 9), "“x”: no number"),
        (own(type="series", column="1 2 nan " * 9), "not finite"),
        (own(type="series", column="1 2 4 " * 9, length=501), "500"),
        (own(type="series", column="1 2 4 " * 9, length=0), "1"),
    ],
)
def test_a_file_with_bad_data_is_refused_in_a_sentence(tmp_path, data, sentence):
    path = tmp_path / "experiment.json"
    path.write_text(json.dumps(described(data)))
    assert sentence in fails("train", path)


def test_windows_of_one_step_are_learned(tmp_path):
    path = tmp_path / "experiment.json"
    path.write_text(json.dumps(described(own(type="series", column="1 2 4 " * 9, length=1))))
    assert call("train", path)[0] == 0


def test_a_prompt_that_was_never_read_and_words_among_numbers(tmp_path):
    text = described(own(type="text", content="abcabca bc" * 30))
    text["layers"] = [{"type": "embedding", "input_dim": 4}, GRU, {"type": "dense", "units": 4}]
    for name, experiment, prompt, sentence in (
        ("text", text, "abc ¥", "has no “¥”"),
        ("series", described(own(type="series", column="1 2 4 " * 9)), "1 two", "is numbers"),
    ):
        path = tmp_path / f"{name}.safetensors"
        run = Run(Experiment.model_validate(experiment))
        run.step()
        run.save(path)
        assert sentence in fails("generate", path, "--prompt", prompt)
        assert call("generate", path, "--length", "3")[0] == 0


def test_an_exploding_memory_ends_with_a_sentence_and_no_file_is_lost(tmp_path):
    wild = {"type": "simple_rnn", "units": 8, "activation": "relu", "return_sequences": True}
    experiment = described(
        {"type": "echo", "samples": 40, "length": 40},
        layers=[wild, {"type": "dense", "units": 4}],
        loss={"type": "softmax_cross_entropy"},
        initializer={"type": "normal", "deviation": 1.0},
        optimizer={"type": "sgd", "learning_rate": 0.1},
        stop={"epochs": 5},
    )
    path, saved = tmp_path / "wild.json", tmp_path / "wild.safetensors"
    path.write_text(json.dumps(experiment))
    saved.write_text("trained before")
    said = fails("train", path, "--save", saved)
    assert "grew beyond all numbers" in said and "clip gradients to length 1" in said
    assert "was not written" in said and saved.read_text() == "trained before"

"""The Sequences page without a browser: what it shows, what can be asked, what is refused."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.experiment import Experiment, link_text
from playground.views.packing import unpack
from playground.web.sequences import memory, source

PAGE = str(Path(__file__).resolve().parents[3] / "pages" / "sequences.py")
SMALL = {
    "data": {"type": "adding", "samples": 40, "length": 8},
    "layers": [{"type": "lstm", "units": 3}, {"type": "dense", "units": 1}],
    "loss": {"type": "mse"},
    "optimizer": {"type": "adam", "learning_rate": 0.01},
    "batch_size": 8,
}


def experiment(**changes):
    return Experiment.model_validate({**SMALL, **changes})


@pytest.fixture
def page():
    """The page with a small set-up from a link, when its network is ready."""
    visit = AppTest.from_file(PAGE, default_timeout=60)
    visit.query_params["m"] = experiment().to_link()
    visit.run()
    yield ready(visit)
    for guest in visit.session_state["desks"].values():
        guest.close()


def desk(page):
    return page.session_state["desks"]["sequences"]


def ready(page):
    end = time.monotonic() + 60
    while desk(page).snapshot().status == "compiling":
        assert time.monotonic() < end
        time.sleep(0.05)
    return run(page)


def run(page):
    page.run()
    assert not page.exception, [error.value for error in page.exception]
    return page


def words(page):
    return " ".join(block.value for block in page.markdown)


def shown(page, part):
    """The payload of one live component."""
    [component] = [one for one in page.get("bidi_component") if part in one.proto.id]
    return unpack(component.proto.bytes)


def look(page, view):
    page.session_state["sequences_view"] = view
    return run(page)


def test_a_first_visit_says_what_the_task_is_and_what_to_press(page):
    assert "what is their sum?" in words(page) and "Press **Play**" in words(page)
    page.button(key="sequences_step").click().run()
    assert "Press **Play**" not in words(page)
    assert desk(page).snapshot().step == 1


def test_the_maps_are_those_of_the_network_and_a_click_works_a_number_out(page):
    payload = shown(page, "unrolled_view")
    names = [row["name"] for row in payload["rows"]]
    assert names[:3] == ["Input", "Hidden state h", "Cell c"] and len(names) == 8
    assert payload["steps"] == 8 and payload["rows"][0]["names"] == ["number", "mark"]
    state = page.session_state["sequences.Look"]
    memory.hear(state, memory.Cell(layer=2, place=5 * 3 + 1))  # forget gate, step 6, unit 2
    run(page)
    cell = shown(page, "unrolled_cell")
    assert cell["where"] == "step 6 of 8, unit 2 of 3" and "Forget" in cell["title"]
    values = shown(page, "unrolled_view")["rows"][3]["values"].reshape(3, 8)
    assert cell["value"] == pytest.approx(float(values[1, 5]), abs=1e-6)
    network = desk(page).snapshot().network
    h = network.activations(desk(page).run.data.test.x[:1])[0][0]
    maps = shown(page, "unrolled_view")["rows"][1]["values"].reshape(3, 8)
    np.testing.assert_allclose(maps[:, -1], h, atol=1e-5)
    memory.hear(state, memory.Cell(layer=99, place=10**6))  # no such cell: one to begin with
    run(page)
    page.button(key="quiet_next_sequence").click().run()
    assert "test sequence 2 of" in words(page)


def test_three_networks_learn_side_by_side(page):
    look(page, "Gradient through time")
    race = page.session_state["desks"]["sequences rivals"]
    end = time.monotonic() + 60
    page.button(key="rivals_play").click().run()
    while race.step < 3:
        assert time.monotonic() < end
        time.sleep(0.05)
    run(page)
    page.button(key="rivals_play").click().run()
    while race.busy:
        assert time.monotonic() < end
        time.sleep(0.05)
    run(page)
    assert {snapshot.step for snapshot in race.newest.values()} == {race.step}
    figure = shown(page, "rivals_gradient")["figure"]
    assert [line["name"] for line in figure["data"]] == ["Simple RNN", "LSTM", "GRU"]
    assert all(len(line["y"]) == 8 and (line["y"] > 0).all() for line in figure["data"])
    assert "**GRU**" in words(page)
    desk(page).put(("data", "length"), 6)
    look(page, "Gradient through time")
    assert page.session_state["desks"]["sequences rivals"] is not race  # another task: a new race


def test_two_memories_are_laid_side_by_side_in_one_picture(page):
    desk(page).run.train(2, callback=lambda record: None)
    look(page, "Compare")
    page.button(key="quiet_pin").click().run()
    layers = [{"type": "simple_rnn", "units": 3}, {"type": "dense", "units": 1}]
    desk(page).change_to(experiment(layers=layers).described())
    ready(page)
    desk(page).run.train(2, callback=lambda record: None)
    run(page)
    lines = shown(page, "compare")["figure"]["data"]
    assert [line["name"] for line in lines] == ["Run A", "this run"]
    [pinned] = page.session_state["sequences.Pins"].kept
    for line, kept in zip(lines, (pinned.history, desk(page).snapshot().history), strict=True):
        np.testing.assert_allclose(line["y"], kept["test_loss"], rtol=1e-6)
    first, second = shown(page, "runs")["rows"]
    assert first["difference"] == "the reference" and "LSTM 3" in second["difference"]
    assert "Simple RNN 3" in second["difference"]


def test_texts_are_compared_in_bits_per_character(page):
    source.take(desk(page), "the cat sat on the mat. the dog lay on the log. " * 12)
    ready(page)
    page.button(key="sequences_step").click().run()
    look(page, "Compare")
    [curve] = [choice for choice in page.get("button_group") if choice.label == "Curve"]
    assert curve.options == ["Loss", "Bits a character", "Accuracy"]
    curve.set_value("bits").run()
    snapshot = desk(page).snapshot()
    [line] = shown(page, "compare")["figure"]["data"]
    assert line["y"][-1] == pytest.approx(snapshot.metrics["test"]["bits"])
    table = shown(page, "runs")
    assert table["heads"][-2:] == ["Bits train", "test"]


ECHO = {
    "data": {"type": "echo", "samples": 40, "length": 6, "delay": 2},
    "layers": [
        {"type": "gru", "units": 3, "return_sequences": True},
        {"type": "dense", "units": 4},
    ],
    "loss": {"type": "softmax_cross_entropy"},
}


def test_answers_at_every_step_stand_under_the_steps(page):
    desk(page).open_experiment(experiment(**ECHO))
    ready(page)
    rows = {row["name"]: row for row in shown(page, "unrolled_view")["rows"]}
    test = desk(page).run.data.test
    assert rows["Input"]["labels"] == ["ABCD"[k] for k in test.x[0].argmax(1)]
    assert rows["Right"]["labels"] == ["", "", *rows["Input"]["labels"][:4]]
    outputs = desk(page).snapshot().predict(test.x[:1])[0]
    said = ["ABCD"[k] for k in outputs.argmax(1)]
    assert rows["Answer"]["labels"] == ["", "", *said[2:]]
    assert (rows["‖∂L/∂h‖"]["values"] > 0).all()
    look(page, "Gradient through time")


def test_a_series_is_foreseen_and_goes_on_by_itself(page):
    numbers = " ".join(f"{np.sin(k / 3):.4f}" for k in range(90))
    source.take(desk(page), numbers)
    assert not desk(page).error
    ready(page)
    look(page, "Forecast")
    _, ahead, free = shown(page, "forecast")["figure"]["data"]
    snapshot = desk(page).snapshot()
    length = snapshot.data.shape[0]
    series = snapshot.data.series
    window = series.numbers[-length - 1 : -1].reshape(1, length, 1)
    last = series.centre + series.spread * float(snapshot.predict(window)[0, -1, 0])
    assert ahead["y"][-1] == pytest.approx(last, abs=1e-4)
    first = series.numbers[series.cut - length : series.cut].reshape(1, length, 1)
    start = series.centre + series.spread * float(snapshot.predict(first)[0, -1, 0])
    assert free["y"][0] == pytest.approx(start, abs=1e-4) and len(free["y"]) == 120
    assert free["x"][0] == series.cut + 1
    [far] = [slider for slider in page.select_slider if slider.label == "How far"]
    assert far.options[2] == "60 steps"
    assert "saying the newest value again" in words(page)


def test_a_text_is_written_expected_and_coloured(page):
    text = "the cat sat on the mat. the dog lay on the log. " * 12
    source.take(desk(page), text)
    assert not desk(page).error
    desk(page).put(("data", "length"), 16)
    ready(page)
    look(page, "Text")
    snapshot = desk(page).snapshot()
    tinted = shown(page, "tinted_text")
    assert len(tinted["values"]) == sum(map(len, tinted["lines"]))
    [bars] = shown(page, "next_letter")["columns"][0]
    assert bars["values"][0] == max(bars["values"]) and sum(bars["values"]) <= 1.0001
    assert len(page.code[-1].value) > 240 and set(page.code[-1].value) <= set(text)
    assert "follows" in words(page)
    page.text_input(key="sequences_prompt").set_value("the ¥").run()
    assert not page.exception and "has no “¥”" in words(page).replace("\\", "")
    assert "It wrote" in words(page) and len(page.code[-1].value) >= 240  # what was there stays
    assert snapshot.data.next_symbol


def test_a_stack_without_memory_is_told_so(page):
    layers = [{"type": "flatten"}, {"type": "dense", "units": 1}]
    desk(page).change_to({**desk(page).experiment.described(), "layers": layers})
    assert "Nothing remembers here" in words(ready(page))
    assert "Nothing remembers here" in words(look(page, "Gradient through time"))


def test_what_is_no_sequence_belongs_on_another_page(page):
    page.query_params["m"] = Experiment.preset("spiral").to_link()
    run(page)
    assert any("Playground page" in warning.value for warning in page.warning)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The text is empty."),
        ("a" * 200, "over and over"),
        ("\0\1\2 PK" * 40, "another kind of file"),
        ("Too short.", "at least 100"),
        ("1 2 3", "at least 10"),
        ("5 " * 40, "nothing to forecast"),
        ("1\n2\n\n4\n" * 9, "Value 3 of the series is missing"),
        ("1, 2, , 4, " * 9, "Value 3 of the series is missing"),
        ("1,5 2,5 3,5 " * 9, "“1,5”: no number. Decimals have a point."),
        ("1 2 nan " * 9, "not finite"),
    ],
)
def test_a_bad_text_or_series_gets_one_sentence_and_nothing_is_lost(page, text, sentence):
    before = desk(page).experiment
    source.take(desk(page), text)
    assert sentence in desk(page).error and desk(page).experiment == before


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"t,v\n1,2\n2,\n3,4\n" * 9, "is empty"),
        ("a.csv", b"word\nred\nblue\n" * 9, "numbers"),
        ("a.txt", b"\xff\xfe\x00\xd8" * 99, "text"),
        ("a.txt", b"long " * 250_000, "at most 1 MB"),
        ("a.pdf", b"%PDF-1.7\n\xff\x00\xfe" * 99, "text"),
    ],
)
def test_a_bad_file_gets_one_sentence(page, name, content, sentence):
    before = desk(page).experiment
    source.take_file(desk(page), name, content)
    assert sentence in desk(page).error and desk(page).experiment == before


LOUD = {
    "data": {"type": "echo", "samples": 40, "length": 40},
    "layers": [
        {"type": "simple_rnn", "units": 8, "activation": "relu", "return_sequences": True},
        {"type": "dense", "units": 4},
    ],
    "loss": {"type": "softmax_cross_entropy"},
    "initializer": {"type": "normal", "deviation": 1.0},
    "optimizer": {"type": "sgd", "learning_rate": 0.1},
}


def test_a_memory_that_explodes_is_a_lesson_with_cures(page):
    """Health says it before the first step; training keeps the last finite weights."""
    desk(page).change_to(experiment(**LOUD).described())
    ready(page)
    look(page, "Health")
    assert "explodes through time" in words(page)
    for _ in range(20):
        page.button(key="sequences_step").click().run()
        if desk(page).snapshot().status == "diverged":
            break
    assert "clip gradients to length 1" in page.error[0].value
    assert np.isfinite(desk(page).snapshot().network.flat).all()
    page.button(key="sequences_cure1").click().run()
    assert desk(page).experiment.clip_norm == 1.0 and not page.error
    page.button(key="sequences_step").click().run()
    assert desk(page).snapshot().step == 1


def test_health_offers_an_open_gate_at_one_click(page):
    symbols = {"type": "first_symbol", "samples": 600, "length": 40}
    shut = [{"type": "lstm", "units": 6}, {"type": "dense", "units": 4}]
    guessing = experiment(
        data=symbols, layers=shut, loss={"type": "softmax_cross_entropy"}, batch_size=16
    )
    desk(page).change_to(guessing.described())
    ready(page)
    desk(page).run.train(11, callback=lambda record: None)
    look(page, "Health")
    assert "vanishes through time" in words(page)
    page.button(key="remedy0").click().run()
    assert desk(page).experiment.layers[0].forget_bias == 3.0


@pytest.mark.parametrize(
    "text",
    [
        "3, 1, 4, 1, 5, 9, 2, 6, 5, 3",
        "3;1;4;1;5;9;2;6;5;3\n",
        "3,1,4,1,5,9,2,6,5,3",
        "3 1 4\n\n1 5 9\n2 6 5 3",
    ],
)
def test_numbers_are_told_apart_by_whatever_is_between(page, text):
    source.take(desk(page), text)
    assert not desk(page).error
    assert desk(page).experiment.data.make().values().tolist() == [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]


GRU = {"type": "gru", "units": 3, "return_sequences": True}
EVERY_STEP = {
    "text": [{"type": "embedding", "input_dim": 9}, GRU, {"type": "dense", "units": 9}],
    "series": [GRU, {"type": "dense", "units": 1}],
}


def link(data):
    """As another program would make it: nothing is checked."""
    layers = EVERY_STEP.get(data["type"], SMALL["layers"])
    loss = {"type": "softmax_cross_entropy" if data["type"] == "text" else "mse"}
    content = {**SMALL, "data": data, "layers": layers, "loss": loss, "version": 1}
    return link_text.pack(json.dumps(content))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"type": "text", "source": "own", "content": ""}, "text"),
        ({"type": "text", "source": "own", "content": "a" * 300}, "over and over"),
        ({"type": "text", "source": "own", "content": "\0\1" * 300}, "text"),
        ({"type": "series", "source": "own", "column": "1 2 3"}, "at least 10"),
        ({"type": "series", "source": "own", "column": "5 " * 40}, "nothing to forecast"),
        ({"type": "series", "source": "own", "column": "1 2 x " * 9}, "“x”: no number"),
        ({"type": "adding", "length": 100_000}, "less than or equal to 500"),
    ],
)
def test_a_link_with_bad_data_gets_a_sentence_and_the_page_stands(page, data, sentence):
    page.query_params["m"] = link(data)
    run(page)
    said = " ".join(box.value for box in (*page.warning, *page.error)).replace("\\", "")
    assert sentence in said
    assert page.button(key="sequences_play")

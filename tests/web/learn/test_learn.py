"""The Learn page without a browser: cards, no Play before an answer, the reveal."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.analysis import sliding_window
from playground.analysis.pinned_runs import Pin
from playground.analysis.readings import Readings
from playground.data.kernels import KERNELS
from playground.experiment import Experiment
from playground.experiment.descent import Descent
from playground.lessons import shelf
from playground.training.run import Run
from playground.views import lessons as views
from playground.views.packing import pack
from playground.web.learn import choice, overview, reveal
from tests.web.pages import payloads, words
from tests.web.wire import send

PAGE = str(Path(__file__).resolve().parents[3] / "pages" / "learn.py")
LESSONS = list(shelf.lessons().values())


def opened(**query: str) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception, [error.value for error in page.exception]
    return page


def buttons(page: AppTest) -> dict[str, bool]:
    """Which there are, by key, and whether they are disabled."""
    return {button.key: button.disabled for button in page.button}


@pytest.fixture
def page():
    """The lesson on features."""
    page = opened(lesson="features")
    yield page
    for guest in page.session_state["desks"].values():
        guest.close()


def ended(page: AppTest) -> AppTest:
    """The page when all of its runs have come to their ends."""
    runs = page.session_state["desks"]["lesson runs"]
    end = time.monotonic() + 120
    while not runs.ended:
        assert time.monotonic() < end
        time.sleep(0.1)
    page.run()
    assert not page.exception
    return page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_cards_by_theme_in_both_languages(language):
    page = opened(lang=language)
    (shown,) = payloads(page)
    cards = [card for theme in shown["themes"] for card in theme["lessons"]]
    assert [card["id"] for card in cards] == list(shelf.lessons())
    assert cards[0]["title"] == LESSONS[0].words(language).title
    assert shown == overview.payload(language, {})


def test_a_lesson_that_is_no_more_gives_a_word_and_the_cards():
    page = opened(lesson="<b>gone</b>")
    assert "no lesson called" in page.warning[0].value and payloads(page)[0]["themes"]


def test_no_play_before_an_answer_then_the_reveal_with_the_readers_own(page):
    assert buttons(page)["lesson_play"] and "predict" in page.caption[0].value.lower()
    page.button(key="lesson_answer_2").click().run()
    assert not buttons(page)["lesson_play"] and "lesson_answer_1" not in buttons(page)
    assert LESSONS[3].en.reveal not in words(page)
    page.button(key="lesson_play").click().run()
    ended(page)
    said = words(page)
    assert "You said: “two”" in said and "it is **“none”**" in said
    assert LESSONS[3].en.reveal in said and buttons(page)["lesson_play"]
    assert page.session_state["Learning"].done == {"features": 1}
    page.button(key="lesson_reseed").click().run()
    assert page.session_state["Trial"].seed == 2 and not buttons(page)["lesson_play"]


LEARNING = [lesson for lesson in LESSONS if lesson.learns]


@pytest.mark.parametrize("lesson", LEARNING, ids=lambda lesson: lesson.id)
def test_every_lesson_has_its_picture_and_its_curve(lesson):
    """Of all kinds of data, small and short."""
    variant = lesson.variants[-1]
    data = {**lesson.experiment(variant).described()["data"]}
    set_up = lesson.experiment(variant)
    if "samples" in data and data["samples"] > 400:
        set_up = set_up.changed(data={**data, "samples": 400})
    run = Run(set_up)
    run.step()
    snapshot = run.snapshot()
    readings = Readings(run, variant.threshold)
    shown = views.picture(lesson, snapshot, readings)
    assert shown.component in ("live_plotly", "flow") and len(shown.label) > 10
    assert len(pack(shown.payload)) > 500
    figure = views.curve(lesson, [Pin.of(snapshot, "A", "a")])
    shared = Experiment.from_link(reveal.address(lesson, len(lesson.variants) - 1)["m"])
    assert shared == lesson.experiment(variant)
    assert figure["data"] and "NaN" not in str(figure["layout"]["yaxis"])
    run.close()


def walking(page: AppTest) -> dict:
    """What the picture of the walkers gets."""
    [shown] = [payload for payload in payloads(page) if "walkers" in payload]
    return shown


def test_walkers_wait_for_an_answer_walk_and_are_read():
    page = opened(lesson="surface")
    shown = walking(page)
    assert shown["waits"] and shown["drive"]["at"] == 0 and not shown["drive"]["running"]
    assert [walker["name"] for walker in shown["walkers"]][1] == "momentum 0.9"
    assert buttons(page)["lesson_play"]
    page.button(key="lesson_answer_1").click().run()
    page.button(key="lesson_play").click().run()
    assert walking(page)["drive"]["running"]
    page.button(key="lesson_play").click().run()  # Pause
    paused = walking(page)["drive"]
    assert 0 < paused["at"] < shown["steps"] and not paused["running"]
    page.button(key="lesson_play").click().run()
    ended(page)
    lesson = shelf.lessons()["surface"]
    assert lesson.en.reveal in words(page)
    assert walking(page)["drive"]["at"] == shown["steps"]
    marks = [caption.value for caption in page.caption if "steps until" in caption.value]
    assert ["check_circle" in mark for mark in marks] == [v.goal for v in lesson.variants]
    page.button(key="lesson_reseed").click().run()
    assert walking(page)["drive"]["at"] == 0 and walking(page)["start"] != shown["start"]
    opened_there = Descent.from_link(reveal.address(lesson, 0)["s"])
    assert opened_there == lesson.race() and len(opened_there.optimizers) == 4


@pytest.mark.parametrize("query", [{"embed": "true"}, {"lecture": "surface"}])
def test_walkers_in_a_frame_and_before_a_hall_have_the_small_picture(query):
    page = opened(lesson="surface", **query)
    assert walking(page)["drive"]["small"]


def charts(page: AppTest) -> list[dict]:
    """The figures that are shown."""
    return [payload["figure"]["data"][0] for payload in payloads(page) if "figure" in payload]


@pytest.mark.parametrize("query", [{}, {"embed": "true"}])
def test_kernels_wait_for_an_answer_and_show_what_they_make(query):
    page = opened(lesson="filters", **query)
    before = charts(page)
    assert len(before) == 6 and before[0]["text"][0] == ["1/9"] * 3
    assert (before[1]["z"] == before[5]["z"]).all() and buttons(page)["lesson_play"]
    page.button(key="lesson_answer_2").click().run()
    page.button(key="lesson_play").click().run()
    assert not page.exception
    after = charts(page)
    edges = sliding_window.convolve(before[1]["z"], KERNELS["edge"].weights, padding=1)
    np.testing.assert_allclose(after[5]["z"], np.clip(edges, 0, 1), atol=1e-6)
    assert shelf.lessons()["filters"].en.reveal in words(page)
    marks = [caption.value for caption in page.caption if "sum of the weights" in caption.value]
    assert ["check_circle" in mark for mark in marks] == [False, False, True]
    page.button(key="lesson_reseed").click().run()
    assert (charts(page)[1]["z"] != before[1]["z"]).any()
    assert reveal.address(shelf.lessons()["filters"], 2) == {"kernel": "edge"}


def test_kernels_before_a_hall():
    page = opened(lecture="filters")
    for _ in range(2):
        press(page, "next")
    assert any("check_circle" in text.value for text in page.markdown)
    press(page, "play")  # once more
    assert not page.exception


# ---- before a hall ----


def press(page: AppTest, verb: str, **more: object) -> AppTest:
    """A key, as `lecture.js` sends it."""
    send(page, "lecture_bar", "press", {"verb": verb, **more})
    assert not page.exception
    return page


def shown(page: AppTest) -> dict:
    """What the bar says."""
    return next(payload for payload in payloads(page) if "step" in payload)


def test_a_lecture_step_by_step():
    page = opened(lecture="features,gone,xor")
    try:
        assert "“gone”" in page.warning[0].value
        bar = shown(page)
        assert (bar["lesson"], bar["step"], bar["number"], bar["count"]) == ("features", 0, 1, 2)
        assert bar["first"] and bar["next"] == "xor"
        press(page, "back")
        assert shown(page)["step"] == 0
        press(page, "next")
        press(page, "answer", number=2)
        assert shown(page)["answer"] == 2 and LESSONS[3].en.reveal not in words(page)
        press(page, "next")
        assert shown(page)["playing"] or page.session_state["Trial"].runs.ended
        ended(page)
        press(page, "next")
        assert "it is **“none”**" in words(page) and LESSONS[3].en.reveal in words(page)
        press(page, "next")
        bar = shown(page)
        assert (bar["lesson"], bar["step"], bar["last"]) == ("xor", 0, False)
        assert page.query_params["lesson"] == "xor"
        press(page, "leave")
        assert "lecture" not in page.query_params and "quiet_lecture" in buttons(page)
    finally:
        for guest in page.session_state["desks"].values():
            guest.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_notes_of_every_lesson_and_no_network(language):
    page = opened(notes="1", lang=language)
    (sheet,) = payloads(page)
    notes = {lesson["id"]: lesson for lesson in sheet["lessons"]}
    assert list(notes) == list(shelf.lessons())
    xor = shelf.lessons()["xor"]
    assert notes["xor"]["notes"] == xor.words(language).notes
    assert notes["xor"]["right"] == xor.right and notes["xor"]["source"] == xor.source
    assert "desks" not in page.session_state or not page.session_state["desks"]


def test_lines_before_a_hall_are_thick_and_words_are_large():
    figure = {
        "data": [{"line": {"width": 2, "dash": "dot"}}, {"z": [[1]]}],
        "layout": {
            "margin": {"l": 1, "r": 1, "t": 1, "b": 10},
            "xaxis": {"title": {"text": "epochs", "font": {"size": 11}}, "tickfont": {"size": 11}},
            "annotations": [{"text": "A", "font": {"color": "red"}}],
        },
    }
    hall = views.bold(figure)
    assert hall["data"][0]["line"] == {"width": 3.5, "dash": "dot"} and hall["data"][1] == {
        "z": [[1]]
    }
    assert hall["layout"]["xaxis"]["title"] == {"text": "epochs", "font": {"size": 13}}
    assert hall["layout"]["annotations"][0]["font"] == {"color": "red", "size": 15}
    assert figure["data"][0]["line"]["width"] == 2


def test_a_lecture_is_put_together_and_started():
    page = opened()
    page.toggle(key="lecture_plan").set_value(True).run()
    assert payloads(page)[0]["chosen"] == [] and not page.code
    send(page, "lesson_boxes", "choose", {"lessons": ["gan", "gone", "xor", "gan"]})
    assert page.code[0].value.endswith("/learn?lecture=gan,xor")
    assert payloads(page)[0]["chosen"] == ["gan", "xor"]
    page.button(key="lecture_start").click().run()
    try:
        assert shown(page)["lesson"] == "gan" and shown(page)["next"] == "xor"
    finally:
        for guest in page.session_state["desks"].values():
            guest.close()


def test_a_frame_has_no_head_and_no_way_out_but_a_new_tab(page, monkeypatch):
    monkeypatch.setattr(choice, "embedded", lambda: True)
    page.run()
    assert not {"quiet_all_lessons", "quiet_lecture"} & set(buttons(page))
    assert LESSONS[3].en.idea in words(page)
    page.button(key="lesson_answer_1").click().run()
    page.button(key="lesson_play").click().run()
    ended(page)
    assert LESSONS[3].en.reveal in words(page) and LESSONS[3].en.idea not in words(page)
    assert not {"lesson_next", "quiet_open_0"} & set(buttons(page))
    assert page.get("link_button")[0].proto.url == "learn?lesson=features&lang=en"

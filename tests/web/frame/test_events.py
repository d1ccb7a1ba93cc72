"""What live components send: every event has a model, and rubbish changes nothing."""

import json
import math
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.web.frame import events, live
from playground.web.frame.desk import Desk
from tests.web.wire import send

ROOT = Path(__file__).resolve().parents[3]
SENDS = re.compile(r"""(?:setTriggerValue|setStateValue|\.send|\.emit)\(\s*"(\w+)""")

# One of each, with nothing in it that could be left out.
GOOD = {
    ("flow", "cell"): [{"layer": 1, "place": 0}],
    ("inside_cell", "cell"): [{"layer": 1, "place": 0}],
    ("live_plotly", "click"): [{"x": 1, "y": 2.5}],
    ("live_plotly", "paint"): [{"strokes": [{"n": 1, "verb": "clear"}]}],
    ("network", "edit"): [
        {"verb": "units", "layer": 0, "by": 1},
        {"verb": "activation", "layer": 0, "name": "relu"},
        {"verb": "add", "layer": 0},
        {"verb": "remove", "layer": 0},
        {"verb": "settings", "layer": 0},
        {"verb": "move", "layer": 0, "by": -1},
        {"verb": "choose", "layer": 0, "to": 1, "from": 0},
        {"verb": "weight", "layer": 0, "to": 1, "from": 0, "value": 0.5},
        {"verb": "bias", "layer": 0, "to": 1, "value": 0.5},
    ],
    ("pad", "drawing"): [{"number": 1, "version": 1, "strokes": [[[0, 1000]]]}],
    ("runs", "act"): [{"verb": "open", "run": "A"}],
    ("surface", "start"): [{"number": 2, "x": 0.25, "y": 1.0}],
    ("sliding", "kernel"): [{"number": 1, "weights": [0.5] * 9}],
    ("tour", "skip"): [True],
    ("tray", "remove"): [3],
    ("unrolled", "cell"): [{"layer": 1, "place": 0}],
    ("tree", "look"): [{"verb": "node", "number": 3}],
    ("latent", "spot"): [{"number": 1, "x": 0.5, "y": 0.25}],
    ("lecture", "press"): [{"verb": "next"}],
    ("lessons", "choose"): [{"lessons": ["xor"]}],
    ("lessons", "open"): [{"lesson": "xor"}],
}
DEEP = json.loads("[" * 150 + "]" * 150)
WRONG = [{}, {"layer": 1.5}, DEEP, math.nan, math.inf, 10**400, "text", "x" * 100_000]


def mutations(good: object) -> Iterator[object]:
    """An event with one thing wrong: a part of another kind, or a key that is missing."""
    yield from (bad for bad in WRONG if not isinstance(good, str) or bad != "text")
    yield [good]
    for key in list(good) if isinstance(good, dict) else []:
        yield {name: value for name, value in good.items() if name != key}
        yield from ({**good, key: part} for part in mutations(good[key]))
    for place in range(len(good)) if isinstance(good, list) else []:
        rest = good[:place], good[place + 1 :]
        yield from ([*rest[0], part, *rest[1]] for part in mutations(good[place]))


def lines(caplog) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.name == events.__name__]


def test_every_event_of_every_script_has_a_model():
    scripts = (ROOT / "assets/web").rglob("*.js")
    sent = {
        (file.parent.name, name) for file in scripts for name in SENDS.findall(file.read_text())
    }
    assert len(sent) >= 10
    assert sent == set(events.EVENTS) == set(GOOD)


def test_events_reach_the_pages_through_their_models_alone():
    files = [file for folder in ("playground", "pages") for file in (ROOT / folder).rglob("*.py")]
    texts = {file.name: file.read_text() for file in files if file.name != "live.py"}
    loose = r"components\.v[12]|\bon_(?!change\b|click\b|select\b|dismiss\b|release\b)\w+_change\b"
    assert [name for name, text in texts.items() if re.search(loose, text)] == []


@pytest.mark.parametrize(
    ("name", "good"), [(name, good) for name, all_of_it in GOOD.items() for good in all_of_it]
)
def test_a_model_takes_its_event_and_nothing_else(name, good, caplog):
    assert events.read(*name, good) is not None and not lines(caplog)
    for count, bad in enumerate(mutations(good), start=1):
        assert events.read(*name, bad) is None, str(bad)[:200]
        assert len(lines(caplog)) == count
    assert count > 8
    assert max(map(len, lines(caplog))) < 200  # nothing of the visitor's


@pytest.mark.parametrize("text", ["[" * 300, "[" * 100_000, "9" * 5000, "NaN", '{"a": NaN}', "{"])
def test_what_cannot_be_read_is_noticed(text, caplog):
    assert not events.readable(text) and len(lines(caplog)) == 1


@pytest.mark.parametrize("text", ["{}", "null", '[{"event": "edit", "value": {"verb": "add"}}]'])
def test_what_can_be_read_passes(text, caplog):
    assert events.readable(text) and not lines(caplog)


# ---- on the pages ----


def start(name: str, monkeypatch, pages: dict) -> tuple[AppTest, dict[str, tuple[str, str]]]:
    """A page with every component of it on show, and which of their events are heard."""
    heard: dict[str, tuple[str, str]] = {}
    show = live.show

    def spy(component, key, payload, height="content", **acts):
        for event in acts:
            heard[key] = component, event
        show(component, key, payload, height, **acts)

    monkeypatch.setattr(live, "show", spy)
    file, _, query = name.partition("?")
    page = AppTest.from_file(str(ROOT / "pages" / f"{file}.py"), default_timeout=60)
    page.query_params.update(dict(parse_qsl(query)))
    page.run()
    while waiting(page):
        time.sleep(0.1)
    pages[name](page)
    heard.clear()
    page.run()
    assert not page.exception
    return page, heard


def waiting(page: AppTest) -> bool:
    runs = [run for guest in guests(page) for run in getattr(guest, "runs", [guest])]
    return any(run.snapshot().status == "compiling" for run in runs)


def guests(page: AppTest) -> list:
    """What computes for the visit: desks, and networks side by side."""
    return list(page.session_state.get("desks", {}).values())


def press(page: AppTest, *words: str) -> None:
    for word in words:
        next(button for button in page.button if word in button.label).click().run()
        assert not page.exception


def everything_on_the_map(page: AppTest) -> None:
    page.session_state["desks"]["playground"].run.train(1)
    page.session_state["panel"] = "Compare"
    page.session_state["map_options"] = ["Paint"]
    page.run()
    press(page, "Tour", "Pin this run")


def a_drawing_in_the_tray(page: AppTest) -> None:
    press(page, "Keep drawings", "Take one from MNIST")
    send(page, "pad", "drawing", {"number": 1, "version": 2, "strokes": [[[200, 200], [700, 800]]]})
    press(page, "3")


PAGES = {
    "playground": everything_on_the_map,
    "draw": a_drawing_in_the_tray,
    "inside": lambda page: None,
    "judge": lambda page: None,
    "convolution": lambda page: None,
    "surface": lambda page: None,
    "sequences": lambda page: None,
    "trees": lambda page: None,
    "autoencoder": lambda page: None,
    "gan": lambda page: None,
    "learn": lambda page: None,
    "learn?lecture=xor": lambda page: None,
    "learn?lang=en": lambda page: page.toggle(key="lecture_plan").set_value(True).run(),
}
RUBBISH = [1.5, {}, {"verb": "explode", "layer": 10**30, "strokes": 1}]


def digest(array: np.ndarray) -> str:
    """All that an array holds, in a few letters: a million printed numbers took 19 s of CPU."""
    content = str(array.tolist()) if array.dtype.hasobject else array.tobytes()
    return f"{array.dtype}{array.shape}{hash(content)}"


def held(page: AppTest, components: set[str]) -> dict[str, str]:
    """All that the visit holds, but for what the components themselves said."""
    state = page.session_state
    desks = {
        desk.name: (desk.experiment, desk.error, desk.run.network.parameters().tobytes())
        for desk in guests(page)
        if isinstance(desk, Desk)
    }
    with np.printoptions(override_repr=digest):
        shown = {key: repr(state[key]) for key in state if key not in components}
    return shown | {"desks": repr(desks)}


@pytest.mark.parametrize("name", PAGES)
def test_rubbish_changes_nothing_on_a_page(name, monkeypatch, caplog, few_tests):
    page, heard = start(name, monkeypatch, PAGES)
    assert heard
    before = held(page, set(heard))
    for key, (_, event) in heard.items():
        for bad in RUBBISH:
            caplog.clear()
            send(page, key, event, bad)
            assert not page.exception, (key, bad)
            assert held(page, set(heard)) == before, (key, bad)
            assert len(lines(caplog)) == 1, (key, bad)
        caplog.clear()
        send(page, key, "unheard", {"verb": "add", "layer": 0})
        assert not page.exception and held(page, set(heard)) == before and not lines(caplog)


def test_every_component_is_tried_on_a_page(monkeypatch, few_tests):
    pages = [start(name, monkeypatch, PAGES)[1] for name in PAGES]
    assert {event for heard in pages for event in heard.values()} == set(events.EVENTS)
